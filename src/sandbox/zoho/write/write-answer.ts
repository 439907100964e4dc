import type { Json, JsonObject } from '../../../model/json.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { USER } from '../records/record-values.ts';
import type { Reply } from '../../call/http.ts';
import { zohoError } from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';

/** The item of a record that was written. */
export function successItem(
  record: StoredRecord,
  message: string,
  version: number,
  extra: JsonObject,
): JsonObject {
  const by = { name: USER.name, id: USER.id };
  return {
    code: 'SUCCESS',
    ...extra,
    details: {
      Modified_Time: zohoTime(record.modifiedAt),
      Modified_By: by,
      Created_Time: zohoTime(record.createdAt),
      id: record.id,
      Created_By: by,
      ...(version >= 8 ? { $approval_state: 'approved' } : {}),
    },
    message,
    status: 'success',
  };
}

/** A converted lead takes no change (the code is INVALID_DATA, as callers of Zoho have seen). */
export function convertedRecord(id: Json | undefined): JsonObject {
  return zohoError('INVALID_DATA', "can't update the converted record", { id: id ?? null });
}

/**
 * 400 when nothing went well; some of both is 207 in v8 and 200 before.
 * @param success when all went well: callers of Zoho have seen 201 for Insert Records, 200 for other writes
 */
export function replyWithItems(items: readonly JsonObject[], version: number, success = 200): Reply {
  const failed = items.filter((item) => item['status'] === 'error').length;
  const mixed = version >= 8 ? 207 : 200;
  const status = failed === 0 ? success : failed === items.length ? 400 : mixed;
  return { status, json: { data: items } };
}
