import type { Reply } from '../../call/http.ts';
import type { Field } from '../records/field.ts';
import type { RecordStore } from '../records/record-store.ts';
import { refuse } from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { Condition, Literal, Query } from './coql-parse.ts';
import { parseCoql } from './coql-parse.ts';
import { CoqlError } from './coql-tokens.ts';

/**
 * Zoho CRM API, "COQL limitations". Where the pages differ from each other or from what callers saw, this is
 * the smaller number: `in` takes 50 or 100 values, `select` 50 or 500 columns, and the rows end at 10,000 or
 * 100,000.
 */
const LIMITS = { in: 50, criteria: 25, select: 50, limit: 2_000, rows: 10_000 } as const;

type CheckSettings = Pick<ZohoSettings, 'coqlEscape' | 'restrictedFields'>;

/** Parses a query and checks it against the module. Returns the query or Zoho's refusal. */
export function readCoql(
  text: string,
  storeOf: (module: string) => RecordStore | undefined,
  settings: CheckSettings,
): { readonly query: Query; readonly store: RecordStore } | { readonly refused: Reply } {
  try {
    const query = parseCoql(text, settings.coqlEscape);
    const store = storeOf(query.module);
    if (store === undefined) {
      throw new CoqlError('INVALID_MODULE', 'the given module is not supported in api', {});
    }
    checkQuery(query, store, settings);
    return { query: { ...query, where: withInstants(query.where, store) }, store };
  } catch (error) {
    if (error instanceof CoqlError) return { refused: refuse(400, error.code, error.message, error.details) };
    throw error;
  }
}

/** The credits of a query: 1 for a limit of up to 200 records, 2 for up to 1,000, 3 for more. */
export function coqlCredits({ limit }: Query): number {
  return limit <= 200 ? 1 : limit <= 1_000 ? 2 : 3;
}

function checkQuery(query: Query, store: RecordStore, { restrictedFields }: CheckSettings): void {
  const { select, module, where, order, offset, limit } = query;
  if (select.length > LIMITS.select) throw over('select', LIMITS.select);
  if (limit === 0) throw new CoqlError('INVALID_DATA', 'limit should be greater than 0', {});
  if (limit > LIMITS.limit) throw over('limit', LIMITS.limit);
  if (offset + limit > LIMITS.rows) throw over('offset', LIMITS.rows);
  const twice = select.find((column, index) => select.indexOf(column) !== index);
  if (twice !== undefined) {
    throw new CoqlError('DUPLICATE_DATA', 'duplicate select column', { column_name: twice });
  }
  const leaves = leavesOf(where);
  const columns = [...select, ...order.map((by) => by.column), ...leaves.map((leaf) => leaf.column)];
  for (const column of columns) {
    fieldOf(column, module, store);
    // The grammar of this message is Zoho's.
    if (restrictedFields.includes(column)) {
      throw new CoqlError('INVALID_QUERY', 'the field in restricted in GDPR', { column_name: column });
    }
  }
  if (leaves.length > LIMITS.criteria) throw over('where', LIMITS.criteria);
  for (const leaf of leaves) {
    if (leaf.kind === 'null') continue;
    if (leaf.values.length > LIMITS.in) throw over('in', LIMITS.in);
    const field = fieldOf(leaf.column, module, store);
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

/** Times in a query may be in any time zone. Afterwards they are in the one in which times are kept. */
function withInstants(condition: Condition, store: RecordStore): Condition {
  if (condition.kind === 'null') return condition;
  if (condition.kind !== 'compare') {
    const [left, right] = [withInstants(condition.left, store), withInstants(condition.right, store)];
    return { ...condition, left, right };
  }
  const field = store.fields.get(condition.column);
  if (field?.dataType !== 'datetime') return condition;
  const values = condition.values.map((value) => {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? value : zohoTime(at);
  });
  return { ...condition, values };
}
