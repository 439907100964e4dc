import { isJsonObject } from '../../model/json.ts';
import type { Identity } from '../../model/identity.ts';
import { emailKey, isHint } from './derived.ts';

/**
 * What Ory knows about an email. `verified`: it is verified. `unverified`: it is a verifiable address, but
 * not verified yet. `unlisted`: Ory does not verify it at all. `unknown`: the snapshot is a hint, which has
 * no addresses.
 */
export type EmailState = 'verified' | 'unverified' | 'unlisted' | 'unknown';

/** The state of the email that the mapping gives an identity (Ory, "Verifiable addresses"). */
export function emailStateOf(identity: Identity, email: unknown): EmailState {
  if (typeof email !== 'string') return 'unlisted';
  if (isHint(identity)) return 'unknown';
  const key = emailKey(email);
  const addresses = Array.isArray(identity.verifiable_addresses) ? identity.verifiable_addresses : [];
  const listed = addresses.filter(
    (address) =>
      isJsonObject(address) && typeof address.value === 'string' && emailKey(address.value) === key,
  );
  if (listed.length === 0) return 'unlisted';
  return listed.some((address) => isJsonObject(address) && address.verified === true)
    ? 'verified'
    : 'unverified';
}
