import type { JsonObject } from '../../../model/json.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import type { RecordStore } from '../records/record-store.ts';
import { USER, valueOf } from '../records/record-values.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { refuse, zohoError } from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';
import { numberOf } from './read-records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a record is in the recycle bin, and how long its id is listed after that. */
const RECYCLE_BIN_MS = 60 * DAY_MS;
const LISTED_MS = 120 * DAY_MS;

/** `GET /{module}/deleted`: the newest deletion comes first (Zoho CRM API, "Get Deleted Records"). */
export function deletedRecords(store: RecordStore, { query, headers }: SandboxRequest, now: number): Reply {
  const type = query.get('type') ?? 'all';
  if (!['all', 'recycle', 'permanent'].includes(type)) {
    const message = 'Please check whether the input values are correct';
    const item = zohoError('PATTERN_NOT_MATCHED', message, { param_name: 'type' });
    return { status: 400, json: { data: [item] } };
  }
  const perPage = numberOf(query.get('per_page'), 200);
  const page = numberOf(query.get('page'), 1);
  if (perPage === undefined || page === undefined || perPage > 200) {
    const param_name = page === undefined ? 'page' : 'per_page';
    return refuse(400, 'INVALID_DATA', 'invalid data', { param_name });
  }
  const since = Date.parse(String(headers['if-modified-since']));
  const found = [...store.allDeleted()]
    .map((record) => deletionOf(record, now))
    .filter(({ at }) => at > now - LISTED_MS && (Number.isNaN(since) || at >= since))
    .filter(({ json }) => type === 'all' || json['type'] === type)
    .sort((left, right) => right.at - left.at);
  const rows = found.slice((page - 1) * perPage, page * perPage);
  if (rows.length === 0) return { status: 204 };
  const info = { per_page: perPage, count: rows.length, page, more_records: page * perPage < found.length };
  return { status: 200, json: { data: rows.map(({ json }) => json), info } };
}

/** A record that has left the recycle bin is listed by its id only. `at`: when it came to where it is. */
function deletionOf(record: StoredRecord, now: number): { readonly at: number; readonly json: JsonObject } {
  const deletedAt = record.deletedAt ?? now;
  const permanent = deletedAt + RECYCLE_BIN_MS <= now;
  const at = permanent ? deletedAt + RECYCLE_BIN_MS : deletedAt;
  const by = permanent ? null : { name: USER.name, id: USER.id };
  const json = {
    deleted_by: by,
    id: record.id,
    display_name: permanent ? null : valueOf(record, 'Full_Name'),
    type: permanent ? 'permanent' : 'recycle',
    created_by: by,
    deleted_time: zohoTime(at),
  };
  return { at, json };
}
