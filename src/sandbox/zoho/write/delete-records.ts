import type { Reply } from '../../call/http.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ApiVersion } from '../api-version.ts';
import type { RecordStore } from '../records/record-store.ts';
import { heldDeletion } from '../records/record-errors.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import { convertedRecord, replyWithItems } from './write-answer.ts';
import { refuse, zohoError } from '../zoho-errors.ts';

type HeldDeletion = ZohoSettings['heldDeletion'];

/** `DELETE /{module}?ids=`: up to 100 ids. Records go to the recycle bin. */
export function deleteRecords(
  store: RecordStore,
  ids: readonly string[],
  version: ApiVersion,
  { settings, clock }: Pick<ZohoWorld, 'settings' | 'clock'>,
): Reply {
  if (ids.length === 0) {
    return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', {
      param_name: 'ids',
    });
  }
  if (ids.length > 100) {
    return refuse(400, 'LIMIT_EXCEEDED', 'count of records in your request exceeds the limit', {
      limit: 100,
    });
  }
  const items = ids.map((id) => deleteOne(store, id, settings.heldDeletion, clock()));
  return replyWithItems(items, version);
}

/**
 * `DELETE /{module}/{id}`. An id without a record is an error of the whole call, which names a part of the
 * path. All else is an item, as with several ids (Zoho CRM API, "Delete Records").
 */
export function deleteRecord(
  store: RecordStore,
  id: string,
  version: ApiVersion,
  { settings, clock }: Pick<ZohoWorld, 'settings' | 'clock'>,
): Reply {
  const item = deleteOne(store, id, settings.heldDeletion, clock());
  if (item['message'] === NOT_DELETED || item['message'] === WRONG_FORMAT) {
    return refuse(400, 'INVALID_DATA', item['message'], { resource_path_index: 1 });
  }
  return replyWithItems([item], version);
}

const NOT_DELETED = 'record not deleted';
const WRONG_FORMAT = 'either the request body or parameters is in wrong format';

function deleteOne(store: RecordStore, id: string, answer: HeldDeletion, at: number): JsonObject {
  if (!/^\d+$/.test(id)) return zohoError('INVALID_DATA', WRONG_FORMAT, { id });
  const record = store.get(id);
  const held = record === undefined ? undefined : heldDeletion(record);
  if (held !== undefined) return answer === 'named' ? held : zohoError('INVALID_DATA', NOT_DELETED, { id });
  if (store.delete(id, at)) {
    return { code: 'SUCCESS', details: { id }, message: 'record deleted', status: 'success' };
  }
  // Zoho does not say whether a converted lead can be deleted. It refuses all other changes to one.
  if (store.converted(id) !== undefined) return convertedRecord(id);
  return zohoError('INVALID_DATA', NOT_DELETED, { id });
}
