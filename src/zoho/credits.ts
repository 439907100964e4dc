/** What a call does, for the credits it costs, logs and metrics. */
export type Operation =
  | 'upsert'
  | 'insert'
  | 'update'
  | 'delete'
  | 'tag'
  | 'get'
  | 'coql'
  | 'fields'
  | 'create_field'
  | 'org'
  | 'users';

/**
 * API credits, of which an org has a number for every 24 h. The costs are Zoho's ("API Limits"): writes a
 * credit for ten records, tags one for fifty, COQL by its LIMIT, a new field ten, other reads one.
 * @param count records of a write, or the LIMIT of a query
 */
export function creditsOf(operation: Operation, count: number): number {
  switch (operation) {
    case 'upsert':
    case 'insert':
    case 'update':
    case 'delete':
      return Math.max(1, Math.ceil(count / 10));
    case 'tag':
      return Math.max(1, Math.ceil(count / 50));
    case 'coql':
      return count <= 200 ? 1 : count <= 1_000 ? 2 : 3;
    case 'create_field':
      return 10;
    default:
      return 1;
  }
}

/** What is known of the credits of the day. */
export interface CreditsSeen {
  /** What Zoho said last; undefined: it said nothing, so more than half is left. */
  readonly remaining: number | undefined;
  /** The first that Zoho said since it said nothing: about half of the day's. */
  readonly half: number | undefined;
}

/** Zoho sends X-API-CREDITS-REMAINING only once half of the day's credits are used. */
export function creditsSeen(
  before: CreditsSeen,
  headers: { readonly [name: string]: string | undefined },
): CreditsSeen {
  const header = headers['x-api-credits-remaining'] ?? '';
  if (!/^\d{1,12}$/.test(header)) return { remaining: undefined, half: undefined };
  const remaining = Number(header);
  return { remaining, half: before.half ?? remaining };
}
