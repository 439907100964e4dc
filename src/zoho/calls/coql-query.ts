import { isUuid } from '../../model/uuid.ts';
import { apiName } from './api-name.ts';

/**
 * The keys by which contacts are looked up. Values that no Zoho record can have are left out, because they
 * would find nothing.
 */
export interface LookUpKeys {
  readonly emails: readonly string[];
  /** The unique field that holds the identity's id. Without it, `oryIds` is not used. */
  readonly oryIdField?: string | undefined;
  readonly oryIds: readonly string[];
  /** Record ids of Zoho. */
  readonly ids: readonly string[];
}

export interface Criterion {
  readonly column: string;
  readonly value: string;
}

/** The most rows that cost one credit (Zoho CRM API, "API Limits"). */
export const ROWS = 200;
/**
 * Values in one `in`, and columns in one `select`. Zoho gives two limits, and this is the lower one ("COQL
 * limitations").
 */
const VALUES = 50;
const COLUMNS = 50;

/** The emails that Zoho takes ("Insert Records", field types). No text makes this pattern slow. */
const EMAIL =
  /^[+\-\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~.]*@(?=.{4,256}$)(?:[\p{L}\p{M}\p{N}](?:[-_\p{L}\p{M}\p{N}]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}]{2,22}$/u;
const ZOHO_ID = /^\d{1,30}$/;

/**
 * The ways to write a quote inside quotes. Zoho accepts the first, as its answers to developers say (Kaizen
 * 171). The second is in its documentation, but was refused when it was tried. It is used if Zoho refuses the
 * first.
 */
export const QUOTINGS = ["''", "\\'"] as const;

export type Quoting = (typeof QUOTINGS)[number];

/**
 * The criteria of a look-up, one group for each query. A group has at most 50 values of a column. Only values
 * of a known form get in, so no value can change the meaning of a query. Values with a quote have their own
 * groups (see QUOTINGS).
 */
export function criteriaOf({
  emails,
  oryIdField,
  oryIds,
  ids,
}: LookUpKeys): readonly (readonly Criterion[])[] {
  const columns = [
    matching('id', ids, (id) => ZOHO_ID.test(id)),
    oryIdField === undefined ? [] : matching(apiName(oryIdField), oryIds, isUuid),
    matching('Email', emails, (email) => EMAIL.test(email)),
  ];
  const plain = columns.map((criteria) => criteria.filter((criterion) => !hasQuote(criterion)));
  return [...inQueries(plain), ...inQueries([columns.flat().filter(hasQuote)])];
}

/**
 * The k-th query asks for the k-th 50 values of each column, because the limit applies to the values of one
 * `in`.
 */
function inQueries(columns: readonly (readonly Criterion[])[]): readonly (readonly Criterion[])[] {
  const groups = columns.map((criteria) => inGroups(criteria, VALUES));
  const queries = Math.max(0, ...groups.map((column) => column.length));
  return Array.from({ length: queries }, (_, index) => groups.flatMap((column) => column[index] ?? []));
}

/**
 * The columns to select, including those of the keys, in groups of at most 50 for one query each. Each group
 * includes the id.
 */
export function columnsOf(
  select: readonly string[],
  oryIdField: string | undefined,
): readonly (readonly string[])[] {
  const names = new Set(['Email', ...(oryIdField === undefined ? [] : [oryIdField]), ...select]);
  names.delete('id');
  return inGroups([...names].map(apiName), COLUMNS - 1).map((group) => ['id', ...group]);
}

/**
 * The query for one group of criteria. The oldest record comes first. Zoho wants more than two criteria
 * nested in pairs.
 */
export function queryOf(
  module: string,
  columns: readonly string[],
  criteria: readonly Criterion[],
  quoting: Quoting,
  offset: number,
): string {
  const where = [...Map.groupBy(criteria, ({ column }) => column)]
    .map(([column, found]) => {
      const values = found.map(({ value }) => `'${value.replaceAll("'", quoting)}'`);
      return `${column} in (${values.join(', ')})`;
    })
    .reduce((left, right) => `(${left} or ${right})`);
  return `select ${columns.join(', ')} from ${apiName(module)} where ${where} order by id asc limit ${offset}, ${ROWS}`;
}

function matching(
  column: string,
  values: readonly string[],
  isOne: (value: string) => boolean,
): readonly Criterion[] {
  return [...new Set(values)].filter(isOne).map((value) => ({ column, value }));
}

/** Whether a value has a quote. Zoho takes quotes in one of two spellings. */
export function hasQuote({ value }: Criterion): boolean {
  return value.includes("'");
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
