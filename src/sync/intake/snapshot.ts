import { emailKey, emailOf } from '../../mapping/derived/derived.ts';
import type { Event } from '../../model/event.ts';
import type { Identity } from '../../model/identity.ts';
import { addressesText, contentText, profileText } from '../../ory/identity/identity-content.ts';
import { updatedAtMicros, verifiedCount } from '../../ory/identity/identity-version.ts';
import type { PutEntry } from '../../store/outbox/put/put-entry.ts';

/** An identity in the form of the outbox: its text, its version, its HMACs and its email key. */
export function snapshotOf(identity: Identity, event: Event, hmac: (text: string) => string): PutEntry {
  const email = emailOf(identity);
  return {
    identityId: identity.id,
    payload: JSON.stringify(identity),
    event,
    version: updatedAtMicros(identity),
    verified: verifiedCount(identity),
    addressesHash: hmac(addressesText(identity)),
    contentHash: contentHashOf(identity, hmac),
    profileHash: hmac(profileText(identity)),
    emailKey: email === undefined ? null : emailKey(email),
  };
}

/** Only the HMAC of the content, as in the outbox and the ledger. */
export function contentHashOf(identity: Identity, hmac: (text: string) => string): string {
  return hmac(contentText(identity));
}
