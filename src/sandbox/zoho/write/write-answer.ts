import type { ApiVersion } from '../api-version.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { USER } from '../records/record-values.ts';
import type { Reply } from '../../call/http.ts';
import { zohoError } from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';

/** The answer item for a record that was written. */
export function successItem(
  record: StoredRecord,
  message: string,
  version: ApiVersion,
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
      ...(hasApprovalState(record, version) ? { $approval_state: 'approved' } : {}),
    },
    message,
    status: 'success',
  };
}

function hasApprovalState({ writes }: StoredRecord, { approvalState }: ApiVersion): boolean {
  return approvalState === 'all' || (approvalState === 'inserted' && writes === 1);
}

/** A converted lead cannot be changed. The code is INVALID_DATA, as callers of Zoho report. */
export function convertedRecord(id: Json | undefined): JsonObject {
  return zohoError('INVALID_DATA', "can't update the converted record", { id: id ?? null });
}

/**
 * 400 if every record failed. If only some failed, the status depends on the version.
 * @param success the status if none failed: callers of Zoho report 201 for Insert Records and 200 for other
 * writes
 */
export function replyWithItems(items: readonly JsonObject[], version: ApiVersion, success = 200): Reply {
  const failed = items.filter((item) => item['status'] === 'error').length;
  const status = failed === 0 ? success : failed === items.length ? 400 : version.mixedStatus;
  return { status, json: { data: items } };
}
