import type { ApiVersion } from '../api-version.ts';
import { z } from 'zod';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import type { Reply } from '../../call/http.ts';
import { parseJson } from '../../call/http.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import { refuse } from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';

/**
 * `page` reaches only this many records. Beyond them, `page_token` is needed (Zoho CRM API, "Get Records").
 */
const PAGE_REACH = 2_000;
const TOKEN_REACH = 100_000;
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * `GET /{module}/{id}`. For a missing record, Zoho's pages and its callers report both 204 and 400. Here a
 * record in the recycle bin is 204, and `unknownId` says what an id that never existed is. A converted lead is 204 unless
 * `converted` asks for it, as callers report.
 */
export function getRecord(
  store: RecordStore,
  id: string,
  query: URLSearchParams,
  { unknownId }: Pick<ZohoSettings, 'unknownId'>,
): Reply {
  const record = store.get(id) ?? (wantsConverted(query) ? store.converted(id) : undefined);
  if (record !== undefined) {
    return { status: 200, json: { data: [store.answer(record, listOf(query.get('fields')))] } };
  }
  if (store.deleted(id) !== undefined || store.converted(id) !== undefined) return { status: 204 };
  if (unknownId === 'empty' && /^\d+$/.test(id)) return { status: 204 };
  return refuse(400, 'INVALID_DATA', 'the id given seems to be invalid', { id });
}

/**
 * `GET /{module}`: a page of records. The newest id comes first, unless `sort_by` and `sort_order` say
 * otherwise.
 */
export function listRecords(
  store: RecordStore,
  query: URLSearchParams,
  version: ApiVersion,
  now: number,
): Reply {
  const fields = listOf(query.get('fields'));
  if (fields === undefined && version.listNeedsFields) {
    const message = 'One of the expected parameter is missing';
    return refuse(400, 'REQUIRED_PARAM_MISSING', message, { param_name: 'fields' });
  }
  if (fields !== undefined && fields.length > 50) {
    return refuse(400, 'LIMIT_EXCEEDED', 'Max field limit exceeded', { param_name: 'fields', limit: 50 });
  }
  const perPage = numberOf(query.get('per_page'), 200);
  const page = numberOf(query.get('page'), 1);
  if (perPage === undefined || page === undefined || perPage > 200) {
    return refuse(400, 'INVALID_DATA', 'invalid data', {
      param_name: perPage === undefined ? 'page' : 'per_page',
    });
  }
  const start = offsetOf(query, page, perPage, now);
  if (typeof start !== 'number') return start;
  const records = selected(store, query);
  const rows = records.slice(start, start + perPage);
  if (rows.length === 0) return { status: 204 };
  const more = start + perPage < records.length;
  return {
    status: 200,
    json: {
      data: rows.map((record) => store.answer(record, fields)),
      info: {
        per_page: perPage,
        count: rows.length,
        page,
        sort_by: query.get('sort_by') ?? 'id',
        sort_order: query.get('sort_order') ?? 'desc',
        more_records: more,
        next_page_token: more ? pageToken(start + perPage, query, now) : null,
        previous_page_token: null,
        page_token_expiry: more ? zohoTime(now + TOKEN_LIFE_MS) : null,
      },
    },
  };
}

function selected(store: RecordStore, query: URLSearchParams): readonly StoredRecord[] {
  const ids = listOf(query.get('ids'));
  const records = [
    ...(query.get('converted') === 'true' ? [] : store.all()),
    ...(wantsConverted(query) ? store.allConverted() : []),
  ].filter(({ id }) => ids === undefined || ids.includes(id));
  const key = sortKey(query.get('sort_by'));
  const sign = query.get('sort_order') === 'asc' ? 1 : -1;
  return records.sort((left, right) => sign * (key(left) - key(right) || (left.id < right.id ? -1 : 1)));
}

/**
 * `converted` is `true`, `both` or `false`. `false` leaves converted leads out (Zoho CRM API, "Get Records").
 */
function wantsConverted(query: URLSearchParams): boolean {
  return ['true', 'both'].includes(query.get('converted') ?? '');
}

function sortKey(sortBy: string | null): (record: StoredRecord) => number {
  if (sortBy === 'Created_Time') return (record) => record.createdAt;
  return sortBy === 'Modified_Time' ? (record) => record.modifiedAt : () => 0;
}

const tokenSchema = z.object({ start: z.number(), bound: z.string(), until: z.number() });

function pageToken(start: number, query: URLSearchParams, now: number): string {
  const token = { start, bound: boundTo(query), until: now + TOKEN_LIFE_MS };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** A page token is valid only with the same parameters that it was created for. */
function boundTo(query: URLSearchParams): string {
  const bound = new URLSearchParams(query);
  bound.delete('page');
  bound.delete('page_token');
  bound.sort();
  return bound.toString();
}

function offsetOf(query: URLSearchParams, page: number, perPage: number, now: number): number | Reply {
  const token = query.get('page_token');
  if (token === null) {
    const start = (page - 1) * perPage;
    if (start + perPage <= PAGE_REACH) return start;
    return refuse(400, 'DISCRETE_PAGINATION_LIMIT_EXCEEDED', 'discrete pagination limit exceeded', {
      limit: PAGE_REACH,
    });
  }
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString()));
  if (!parsed.success || query.has('page')) {
    return refuse(400, 'INVALID_DATA', 'invalid data', { param_name: 'page_token' });
  }
  const { start, bound, until } = parsed.data;
  if (until < now) return refuse(400, 'EXPIRED_VALUE', 'page token expired', { param_name: 'page_token' });
  if (bound !== boundTo(query)) {
    return refuse(400, 'TOKEN_BOUND_DATA_MISMATCH', 'token bound data mismatch', {
      param_name: 'page_token',
    });
  }
  if (start + perPage <= TOKEN_REACH) return start;
  return refuse(400, 'PAGINATION_LIMIT_EXCEEDED', 'pagination limit exceeded', { limit: TOKEN_REACH });
}

/** A comma-separated parameter. Undefined if it is missing or empty. */
export function listOf(value: string | null): readonly string[] | undefined {
  const items = (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : items;
}

export function numberOf(value: string | null, fallback: number): number | undefined {
  if (value === null) return fallback;
  return /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}
