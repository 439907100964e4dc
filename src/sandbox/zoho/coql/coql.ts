import type { Json } from '../../../model/json.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import type { Field } from '../records/field.ts';
import type { Condition, Literal, Operator, Query } from './coql-parse.ts';
import { parseCoql } from './coql-parse.ts';
import { CoqlError } from './coql-tokens.ts';
import type { Reply } from '../../call/http.ts';
import { refuse } from '../zoho-errors.ts';

/** Zoho CRM API, "COQL limitations". Where the pages differ, this is the smaller number. */
const LIMITS = { in: 50, criteria: 25, select: 50, limit: 2_000, offset: 100_000 } as const;

/** Parses a query and checks it against the module. Returns the query or Zoho's refusal. */
export function readCoql(
  text: string,
  storeOf: (module: string) => RecordStore | undefined,
): { readonly query: Query; readonly store: RecordStore } | { readonly refused: Reply } {
  try {
    const query = parseCoql(text);
    const store = storeOf(query.module);
    if (store === undefined) {
      throw new CoqlError('INVALID_QUERY', 'the module name given seems to be invalid', {
        module: query.module,
      });
    }
    checkQuery(query, store);
    return { query, store };
  } catch (error) {
    if (error instanceof CoqlError) return { refused: refuse(400, error.code, error.message, error.details) };
    throw error;
  }
}

/** The credits of a query: 1 for a limit of up to 200 records, 2 for up to 1,000, 3 for more. */
export function coqlCredits({ limit }: Query): number {
  return limit <= 200 ? 1 : limit <= 1_000 ? 2 : 3;
}

/** Runs a checked query: 200 with `data` and `info`, or 204 if nothing matches. */
export function runCoql({ select, where, order, offset, limit }: Query, store: RecordStore): Reply {
  const matching = [...(candidates(where, store) ?? store.all())].filter((record) =>
    holds(where, record, store),
  );
  const sorted = matching.sort((left, right) => compareBy(order, left, right, store));
  const rows = sorted.slice(offset, offset + limit);
  if (rows.length === 0) return { status: 204 };
  return {
    status: 200,
    json: {
      data: rows.map((record) => store.answer(record, select)),
      info: { count: rows.length, more_records: offset + limit < sorted.length },
    },
  };
}

function checkQuery({ select, module, where, order, offset, limit }: Query, store: RecordStore): void {
  if (select.length > LIMITS.select) throw over('select', LIMITS.select);
  if (limit > LIMITS.limit || limit === 0) throw over('limit', LIMITS.limit);
  if (offset > LIMITS.offset) throw over('offset', LIMITS.offset);
  for (const column of [...select, ...order.map((by) => by.column)]) fieldOf(column, module, store);
  const leaves = leavesOf(where);
  if (leaves.length > LIMITS.criteria) throw over('where', LIMITS.criteria);
  for (const leaf of leaves) {
    const field = fieldOf(leaf.column, module, store);
    if (leaf.kind === 'null') continue;
    if (leaf.values.length > LIMITS.in) throw over('in', LIMITS.in);
    if (!leaf.values.every((value) => fits(field, value))) {
      const message = 'value given seems to be invalid for the column';
      throw new CoqlError('INVALID_QUERY', message, { column_name: leaf.column, operator: leaf.operator });
    }
  }
}

function over(clause: string, most: number): CoqlError {
  return new CoqlError('LIMIT_EXCEEDED', 'Given limit exceeds the allowed limit', { clause, limit: most });
}

function fieldOf(column: string, module: string, store: RecordStore): Field | 'id' {
  const field = column === 'id' ? 'id' : store.fields.get(column);
  if (field !== undefined && (field === 'id' || field.visible)) return field;
  throw new CoqlError('INVALID_QUERY', 'column given seems to be invalid', { column_name: column, module });
}

function fits(field: Field | 'id', value: Literal): boolean {
  const type = field === 'id' ? 'id' : field.dataType;
  if (type === 'boolean') return typeof value === 'boolean';
  if (['integer', 'double', 'currency'].includes(type)) return typeof value === 'number';
  // Ids may be quoted or not. An unquoted one loses its last digits as a number and finds nothing, as it
  // should.
  return typeof value === 'string' || (type === 'id' && typeof value === 'number');
}

type Leaf = Extract<Condition, { readonly column: string }>;

function leavesOf(condition: Condition): readonly Leaf[] {
  if ('column' in condition) return [condition];
  return [...leavesOf(condition.left), ...leavesOf(condition.right)];
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

function holds(condition: Condition, record: StoredRecord, store: RecordStore): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, record, store) && holds(condition.right, record, store);
    case 'or':
      return holds(condition.left, record, store) || holds(condition.right, record, store);
    case 'null':
      return (store.valueOf(record, condition.column) === null) !== condition.negated;
    case 'compare':
    default:
      return compares(condition.operator, store.valueOf(record, condition.column), condition.values);
  }
}

/** Text is compared without case, as everywhere in Zoho. A comparison with an empty field is always false. */
function compares(operator: Operator, stored: Json, values: readonly Literal[]): boolean {
  const [left, rights] = [plain(stored), values.map(plain)];
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
function plain(value: Json): Literal | null {
  if (typeof value === 'string') return value.toLowerCase();
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
    const [a, b] = [plain(store.valueOf(left, column)) ?? '', plain(store.valueOf(right, column)) ?? ''];
    if (a !== b) return a < b === descending ? 1 : -1;
  }
  return left.id < right.id ? -1 : 1;
}
