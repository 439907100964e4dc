/** Who is to be erased, and which contacts in Zoho have to do with them. Writes nothing. */
import { emailKey } from '../../mapping/derived/derived.ts';
import { readErasure } from '../../store/erasure.ts';
import type { Erasure } from '../../store/erasure.ts';
import { readDoubters } from '../../store/key/holders.ts';
import { readContactsByEmail } from '../../store/key/linked.ts';
import { identitiesWithEmail } from '../../store/outbox/with-email.ts';
import { fieldHashes } from '../../sync/changed-fields.ts';
import { emailHash } from '../../sync/email-hash.ts';
import { joined, lookUp, NOBODY } from './look-up.ts';
import type { FindContext, LookedUp } from './look-up.ts';
import { subjectOf, unlinkedOf } from './whose.ts';
import type { ContactShown, Subject } from './whose.ts';

export interface Search {
  readonly subjects: readonly Subject[];
  /** Contacts with the email that no identity is linked to: they stay. */
  readonly unlinked: readonly ContactShown[];
  /** Who could not be asked: somebody may have been missed. */
  readonly problems: readonly string[];
}

/** The identity of this id, whether it is known or not. */
export async function findById(context: FindContext, identityId: string): Promise<Search> {
  const { oryIdField, store } = context;
  const hash = fieldHashes(store.hmac, '', new Map());
  const erasure = await readErasure(context.store, identityId);
  const { ids, emails } = namedBy(erasure);
  const own = await lookUp(context, { ids, emails, oryIds: [identityId] });
  const first = subjectOf(
    { identityId, emailKey: erasure?.email_key ?? null, erasure },
    own,
    oryIdField,
    hash,
  );
  const email = first.emailKey ?? first.contacts.find((contact) => contact.email !== null)?.email ?? null;
  const key = email === null ? null : emailKey(email);
  const isNew = email !== null && !emails.includes(emailKey(email));
  const all = joined(own, isNew ? await lookUp(context, { emails: [email] }) : NOBODY);
  const subject = subjectOf({ identityId, emailKey: key, erasure }, all, oryIdField, hash);
  return { subjects: [subject], unlinked: unlinkedOf(all, [subject]), problems: all.problems };
}

/**
 * The identities of this email: by what waits here, by calls without an answer, by what was last delivered, by Ory, and by
 * the contacts that have it now.
 */
export async function findByEmail(context: FindContext, email: string): Promise<Search> {
  const key = emailKey(email);
  const hash = fieldHashes(context.store.hmac, '', new Map());
  const asked = await context.askOry(email);
  const found = await lookUp(context, { emails: [email] });
  const delivered = await readContactsByEmail(context.store, [emailHash(context.store.hmac, key)]);
  const ids = new Set([
    ...(await identitiesWithEmail(context.store, key)),
    ...(await readDoubters(context.store, [key])).values(),
    ...[...delivered.values()].flat().map(({ identityId }) => identityId),
    ...('problem' in asked ? [] : asked),
    ...found.owners.values(),
    ...found.doubters.values(),
  ]);
  const subjects: Subject[] = [];
  for (const identityId of ids) {
    const erasure = await readErasure(context.store, identityId);
    const all = await withNamedBy(context, erasure, key, found);
    subjects.push(subjectOf({ identityId, emailKey: key, erasure }, all, context.oryIdField, hash));
  }
  const problems = 'problem' in asked ? [asked.problem, ...found.problems] : found.problems;
  return { subjects, unlinked: unlinkedOf(found, subjects), problems };
}

/** The link, and the contacts and emails of calls without an answer. */
function namedBy(erasure: Erasure | undefined): { ids: string[]; emails: string[] } {
  const marks = erasure?.marks ?? [];
  const link = erasure?.contact_id ?? null;
  const ids = [...(link === null ? [] : [link]), ...marks.flatMap(({ contact }) => contact ?? [])];
  return { ids: [...new Set(ids)], emails: [...new Set(marks.flatMap(({ key }) => key ?? []))] };
}

/** They may have another email by now than the one that was asked for. */
async function withNamedBy(
  context: FindContext,
  erasure: Erasure | undefined,
  asked: string,
  found: LookedUp,
): Promise<LookedUp> {
  const named = namedBy(erasure);
  const ids = named.ids.filter((id) => !found.contacts.some((contact) => contact.id === id));
  const emails = named.emails.filter((email) => email !== asked);
  return ids.length + emails.length === 0 ? found : joined(found, await lookUp(context, { ids, emails }));
}
