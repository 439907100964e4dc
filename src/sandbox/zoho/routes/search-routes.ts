import type { Reply } from '../../call/http.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { refuse } from '../zoho-errors.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import type { CrmRoute } from './crm-route.ts';
import { listOf, numberOf } from './read-records.ts';
import type { Test } from './search-criteria.ts';
import { testOf } from './search-criteria.ts';

/** A search reaches only this many records (Zoho CRM API, "Search Records"). */
const REACH = 2_000;
/** Reported by callers of "Record Count". */
const COUNT_CREDITS = 50;

/** `GET /{module}/search`. Records that were written a moment ago are not found yet. */
export function searchRoute(store: RecordStore, query: URLSearchParams, world: ZohoWorld): CrmRoute {
  return { name: 'search', module: store.module, run: () => search(store, query, world) };
}

/** `GET /{module}/actions/count`: how many records there are, or how many a search would find. */
export function countRoute(store: RecordStore, query: URLSearchParams, world: ZohoWorld): CrmRoute {
  const run = (): Reply => {
    const test = ['criteria', 'email', 'phone', 'word'].some((key) => query.has(key))
      ? testOf(query, store, world.settings)
      : () => true;
    return 'refused' in test ? test.refused : { status: 200, json: { count: found(store, test).length } };
  };
  return { name: 'count', module: store.module, credits: COUNT_CREDITS, run };
}

function search(store: RecordStore, query: URLSearchParams, { settings, clock }: ZohoWorld): Reply {
  const test = testOf(query, store, settings);
  if ('refused' in test) return test.refused;
  const perPage = numberOf(query.get('per_page'), 200);
  const page = numberOf(query.get('page'), 1);
  if (perPage === undefined || page === undefined || perPage > 200) {
    const param_name = page === undefined ? 'page' : 'per_page';
    return refuse(400, 'INVALID_DATA', 'invalid data', { param_name });
  }
  if (page * perPage > REACH) return refuse(400, 'LIMIT_REACHED', 'limit reached', { limit: REACH });
  const known = clock() - settings.searchLagMs;
  const all = found(store, (record) => record.modifiedAt <= known && test(record));
  const rows = all.slice((page - 1) * perPage, page * perPage);
  if (rows.length === 0) return { status: 204 };
  const fields = listOf(query.get('fields'));
  const info = { per_page: perPage, count: rows.length, page, more_records: page * perPage < all.length };
  return { status: 200, json: { data: rows.map((record) => store.answer(record, fields)), info } };
}

function found(store: RecordStore, test: Test): readonly StoredRecord[] {
  return [...store.all()].filter(test).toReversed();
}
