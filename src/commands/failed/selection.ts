import { ConfigurationError } from '../../errors.ts';
import { emailKey } from '../../mapping/derived/derived.ts';
import type { FailedFilter } from '../../store/outbox/failed/failed-filter.ts';
import { namedBy } from '../parts/named-identity.ts';

/** Flags that select failed rows. */
export interface SelectOptions {
  readonly reason?: string;
  readonly field?: string;
  readonly email?: string;
  readonly all?: boolean;
}

export interface ListOptions extends SelectOptions {
  /** Single fields in place of records. */
  readonly fields: boolean;
  /** The most rows. By default 100, and all with `json`. */
  readonly limit?: number;
  readonly json: boolean;
}

export interface RetryOptions extends SelectOptions {
  /** For `email_taken`: take the contact from the identity that has it. */
  readonly takeOver: boolean;
  /** Single fields in place of records. */
  readonly fields: boolean;
  readonly json: boolean;
}

export interface DiscardOptions extends SelectOptions {
  /** Do not ask. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** The identity that an argument names. @throws what `namedBy` throws */
export function filterOf(who: string): { readonly identityId: string } | { readonly emailKey: string } {
  const named = namedBy(who);
  return named.by === 'id' ? { identityId: named.id } : { emailKey: emailKey(named.email) };
}

const ON_A_SCREEN = 100;

/** The most rows of a list. */
export function limitOf({ limit, json }: Pick<ListOptions, 'limit' | 'json'>): number {
  return limit ?? (json ? Number.MAX_SAFE_INTEGER : ON_A_SCREEN);
}

/** The filter of a list. */
export function listFilter({ reason, field, email }: SelectOptions): FailedFilter {
  return { reason, field, ...(email !== undefined && { emailKey: emailKey(email) }) };
}

/**
 * The filter of a command that changes something. It selects all rows only if that is said.
 * @throws ConfigurationError if nothing was chosen, or both one identity and all
 */
export function chosen(who: string | undefined, { reason, field, all = false }: SelectOptions): FailedFilter {
  const some = who !== undefined || reason !== undefined || field !== undefined;
  if (some === all) {
    throw new ConfigurationError(
      'which',
      all ? '--all cannot be combined with another choice.' : 'No failed record is chosen.',
      {
        hint: 'Give an email, the id of an identity, --reason, --field, or --all.',
      },
    );
  }
  return { reason, field, ...(who !== undefined && filterOf(who)) };
}
