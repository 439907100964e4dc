import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { ApiVersion } from '../api-version.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import type { Condition, Literal, Operator, Query } from './coql-parse.ts';
import type { Reply } from '../../call/http.ts';
import type { ZohoSettings } from '../zoho-settings.ts';

/** Runs a checked query: 200 with `data` and `info`, or 204 if nothing matches. */
export function runCoql(
  { select, where, order, offset, limit }: Query,
  store: RecordStore,
  { coqlLookups }: Pick<ApiVersion, 'coqlLookups'>,
  { coqlIgnoresCase }: Pick<ZohoSettings, 'coqlIgnoresCase'>,
): Reply {
  const matching = [...(candidates(where, store) ?? store.all())].filter((record) =>
    holds(where, record, store, coqlIgnoresCase),
  );
  const sorted = matching.sort((left, right) => compareBy(order, left, right, store));
  const rows = sorted.slice(offset, offset + limit);
  if (rows.length === 0) return { status: 204 };
  return {
    status: 200,
    json: {
      data: rows.map((record) => rowOf(record, select, store, coqlLookups)),
      info: { count: rows.length, more_records: offset + limit < sorted.length },
    },
  };
}

function rowOf(
  record: StoredRecord,
  select: readonly string[],
  store: RecordStore,
  lookups: ApiVersion['coqlLookups'],
): JsonObject {
  const row: { [column: string]: Json } = store.answer(record, select);
  for (const column of select) {
    const type = store.fields.get(column)?.dataType;
    const value = row[column];
    if ((type !== 'lookup' && type !== 'ownerlookup') || !isJsonObject(value)) continue;
    const { id = null, name = null } = value;
    row[column] = lookups === 'id' ? { id } : { name, id };
  }
  return row;
}

/** Records that may match, from the store's indexes. Undefined if all records must be checked. */
function candidates(condition: Condition, store: RecordStore): Iterable<StoredRecord> | undefined {
  switch (condition.kind) {
    case 'and':
      return candidates(condition.left, store) ?? candidates(condition.right, store);
    case 'or': {
      const left = candidates(condition.left, store);
      const right = left === undefined ? undefined : candidates(condition.right, store);
      return left === undefined || right === undefined ? undefined : new Set([...left, ...right]);
    }
    case 'null':
      return undefined;
    case 'compare':
    default:
      return condition.operator === '=' || condition.operator === 'in'
        ? indexed(condition.column, condition.values, store)
        : undefined;
  }
}

function indexed(
  column: string,
  values: readonly Literal[],
  store: RecordStore,
): Iterable<StoredRecord> | undefined {
  if (column === 'id') return new Set(values.flatMap((value) => store.get(String(value)) ?? []));
  if (column !== 'Email' && store.fields.get(column)?.unique === undefined) return undefined;
  return new Set(values.flatMap((value) => store.find(column, String(value))));
}

function holds(
  condition: Condition,
  record: StoredRecord,
  store: RecordStore,
  ignoresCase: boolean,
): boolean {
  switch (condition.kind) {
    case 'and':
      return (
        holds(condition.left, record, store, ignoresCase) &&
        holds(condition.right, record, store, ignoresCase)
      );
    case 'or':
      return (
        holds(condition.left, record, store, ignoresCase) ||
        holds(condition.right, record, store, ignoresCase)
      );
    case 'null':
      return (store.valueOf(record, condition.column) === null) !== condition.negated;
    case 'compare':
    default: {
      const stored = plain(store.valueOf(record, condition.column), ignoresCase);
      return compares(
        condition.operator,
        stored,
        condition.values.map((value) => plain(value, ignoresCase)),
      );
    }
  }
}

/** A comparison with an empty field is always false. */
function compares(operator: Operator, left: Literal | null, rights: readonly (Literal | null)[]): boolean {
  const [right] = rights;
  if (left === null || right === undefined || right === null) return false;
  switch (operator) {
    case '=':
    case 'in':
      return rights.includes(left);
    case '!=':
    case 'not in':
      return !rights.includes(left);
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case 'like':
    default:
      return likes(String(left), String(right));
  }
}

function likes(text: string, pattern: string): boolean {
  const parts = pattern.split('%').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** A lookup field is compared by its id. */
function plain(value: Json, ignoresCase: boolean): Literal | null {
  if (typeof value === 'string') return ignoresCase ? value.toLowerCase() : value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const id = 'id' in value ? value['id'] : undefined;
  return typeof id === 'string' ? id : JSON.stringify(value);
}

/** Without `order by`, the oldest id comes first. */
function compareBy(
  order: Query['order'],
  left: StoredRecord,
  right: StoredRecord,
  store: RecordStore,
): number {
  for (const { column, descending } of order) {
    const [a, b] = [left, right].map((record) => plain(store.valueOf(record, column), true) ?? '');
    if (a === undefined || b === undefined) continue;
    if (a !== b) return a < b === descending ? 1 : -1;
  }
  return left.id < right.id ? -1 : 1;
}
