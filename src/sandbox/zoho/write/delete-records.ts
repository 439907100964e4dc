import type { ApiVersion } from '../api-version.ts';
import type { Reply } from '../../call/http.ts';
import type { RecordStore } from '../records/record-store.ts';
import { stateError } from '../records/record-errors.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import { convertedRecord, replyWithItems } from './write-answer.ts';
import { refuse, zohoError } from '../zoho-errors.ts';

/** `DELETE /{module}?ids=` and `/{module}/{id}`: up to 100 ids. Records go to the recycle bin. */
export function deleteRecords(
  store: RecordStore,
  ids: readonly string[],
  version: ApiVersion,
  { heldDeletion }: Pick<ZohoSettings, 'heldDeletion'>,
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
  const notDeleted = (id: string) => zohoError('INVALID_DATA', 'record not deleted', { id });
  const items = ids.map((id, index) => {
    const record = store.get(id);
    const held = record === undefined ? undefined : stateError(record, index, version);
    if (held !== undefined) return heldDeletion === 'named' ? held : notDeleted(id);
    if (store.delete(id))
      return { code: 'SUCCESS', details: { id }, message: 'record deleted', status: 'success' };
    // Zoho does not say whether a converted lead can be deleted. It refuses all other changes to one.
    if (store.converted(id) !== undefined) return convertedRecord(id);
    return notDeleted(id);
  });
  return replyWithItems(items, version);
}
