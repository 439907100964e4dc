import type { WriteOperation } from '../model/zoho-answer.ts';

/** The kind of a call, for its credits, logs and metrics. */
export type Operation = WriteOperation | 'get' | 'coql' | 'fields' | 'create_field' | 'org' | 'users';

/**
 * The API credits that a call costs. An org has a number of them for every 24 h. The costs are Zoho's ("API
 * Limits"): a write costs one for ten records, tags one for fifty, COQL depends on its LIMIT, a new field
 * ten, and other reads one.
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
    case 'get':
    case 'fields':
    case 'org':
    case 'users':
      return 1;
  }
}

/** What is known about the credits of the day. */
export interface CreditsSeen {
  /** The last number that Zoho sent. Undefined if its last answer had none, so more than half is left. */
  readonly remaining: number | undefined;
  /** The first number after Zoho began to send one. It is about half of the day's credits. */
  readonly half: number | undefined;
}

/** Zoho sends X-API-CREDITS-REMAINING only when less than half of the day's credits is left. */
export function creditsSeen(
  before: CreditsSeen,
  headers: { readonly [name: string]: string | undefined },
): CreditsSeen {
  const header = headers['x-api-credits-remaining'] ?? '';
  if (!/^\d{1,12}$/.test(header)) return { remaining: undefined, half: undefined };
  const remaining = Number(header);
  return { remaining, half: before.half ?? remaining };
}
