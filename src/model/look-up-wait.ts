import type { Unseen } from './contact.ts';

/** Why an identity waits that the mapping must look up in Zoho first (`adopt`, `adopt_unverified`). */
interface LookUpWait {
  /** Complete sentence parts: "newcomers wait: <cause>". */
  readonly cause: string;
  readonly fix: string;
}

export const LOOK_UP_WAITS = {
  needs_coql: {
    cause: 'the mapping needs ZohoCRM.coql.READ for newcomers, but the connection does not have it',
    fix: 'Run "ory-zoho init" to connect again with all scopes.',
  },
  coql_refused: {
    cause: 'newcomers must be looked up in Zoho first, but Zoho refuses COQL queries in this organization',
    fix: 'Run "ory-zoho doctor" to see Zoho\'s reason. It is often a setting that restricts fields (Setup > Compliance Settings).',
  },
  look_up_refused: {
    cause: 'newcomers must be looked up in Zoho first, but Zoho refuses to look up their emails',
    fix: 'Read Zoho\'s reason in the log of "ory-zoho serve", and change the email in Ory. Or, if no contact in Zoho must be protected: verify the email in Ory (for "adopt_unverified: false"), and run "ory-zoho sync <email> --overwrite" (for "adopt: fill").',
  },
} as const satisfies { readonly [reason: string]: LookUpWait };

export type WaitsForLookUp = keyof typeof LOOK_UP_WAITS;

export const WAITS_FOR_LOOK_UP: readonly WaitsForLookUp[] = Object.keys(LOOK_UP_WAITS).filter(isKnown);

function isKnown(reason: string): reason is WaitsForLookUp {
  return Object.hasOwn(LOOK_UP_WAITS, reason);
}

/** The reason of an identity that waits because contacts cannot be looked up. */
export function waitsBecause(why: Unseen): WaitsForLookUp {
  return why === 'no_scope' ? 'needs_coql' : why;
}

/** How many identities wait for a look-up, by reason. */
export interface AsideCount {
  readonly reason: string;
  readonly count: number;
}

/** `2 newcomers wait (needs_coql): … .` and the fix. @param would such as `wait` or `would wait` */
export function waitWords({ reason, count }: AsideCount, { would = false } = {}): string {
  const who = count === 1 ? '1 newcomer' : `${count.toLocaleString('en')} newcomers`;
  const waits = would ? 'would wait' : count === 1 ? 'waits' : 'wait';
  const known = lookUpWait(reason);
  return `${who} ${waits} (${reason}): ${known === undefined ? 'a newer version knows why' : `${known.cause}. ${known.fix}`}`;
}

/** The words for a reason that a row waits for. Undefined for a reason of a newer version. */
export function lookUpWait(reason: string): LookUpWait | undefined {
  return isKnown(reason) ? LOOK_UP_WAITS[reason] : undefined;
}
