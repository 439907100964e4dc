import { emailKey, emailOf } from '../mapping/derived.ts';
import type { Event } from '../model/event.ts';
import type { Identity } from '../model/identity.ts';
import { contentText } from '../ory/identity-content.ts';
import { updatedAtMicros, verifiedCount } from '../ory/identity-version.ts';
import type { PutEntry } from '../store/outbox/merge.ts';

/** An identity as it goes into the outbox: its text, its version, its content's HMAC and its email key. */
export function snapshotOf(identity: Identity, event: Event, hmac: (text: string) => string): PutEntry {
  const email = emailOf(identity);
  return {
    identityId: identity.id,
    payload: JSON.stringify(identity),
    event,
    version: updatedAtMicros(identity),
    verified: verifiedCount(identity),
    contentHash: hmac(contentText(identity)),
    emailKey: email === undefined ? null : emailKey(email),
  };
}
