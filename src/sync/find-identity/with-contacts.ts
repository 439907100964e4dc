/** Finds the identity that is meant, and its contacts in Zoho. Writes nothing. */
import { emailKey, emailOf } from '../../mapping/derived/derived.ts';
import { readErasure } from '../../store/erasure.ts';
import type { Erasure } from '../../store/erasure.ts';
import { readDoubters } from '../../store/key/holders.ts';
import { readContactsByEmail } from '../../store/key/linked.ts';
import { identitiesWithEmail } from '../../store/outbox/with-email.ts';
import { fieldHashes } from '../decide/changed-fields.ts';
import { emailHash } from '../round/work/email-hash.ts';
import { findInOry } from './in-ory.ts';
import type { OryFinder } from './in-ory.ts';
import { joined, lookUpContacts, NOBODY } from './look-up-contacts.ts';
import type { ContactSearch, LookedUp } from './look-up-contacts.ts';
import type { Named } from './named.ts';
import { contactsOf, unlinkedOf } from './whose-contacts.ts';
import type { ContactShown, IdentityContacts } from './whose-contacts.ts';

export interface FindContext extends ContactSearch {
  /** Undefined if no admin API is configured. */
  readonly ory: OryFinder | undefined;
}

/** The result of a search by id or email. */
export interface Search {
  readonly subjects: readonly IdentityContacts[];
  /** Contacts with the email that are linked to no identity. They stay. */
  readonly unlinked: readonly ContactShown[];
  /** Sources that could not be searched. Some identities or contacts may be missing. */
  readonly problems: readonly string[];
}

/** Searches the store, Ory, and the contacts in Zoho. */
export function findWithContacts(context: FindContext, named: Named): Promise<Search> {
  return named.by === 'id' ? findById(context, named.id) : findByEmail(context, named.email);
}

/** The identity with this id, known or not. */
async function findById(context: FindContext, identityId: string): Promise<Search> {
  const { oryIdField, store } = context;
  const hash = fieldHashes(store.hmac, '', new Map());
  const erasure = await readErasure(context.store, identityId);
  const { ids, emails } = namedBy(erasure);
  const own = await lookUpContacts(context, { ids, emails, oryIds: [identityId] });
  const first = contactsOf(
    { identityId, emailKey: erasure?.emailKey ?? null, erasure },
    own,
    oryIdField,
    hash,
  );
  const known = first.emailKey ?? first.contacts.find((contact) => contact.email !== null)?.email ?? null;
  const told =
    known === null
      ? await emailInOry(context.ory, identityId)
      : { email: known, isCertain: true, problems: [] };
  const { email, isCertain } = told;
  const key = email === null ? null : emailKey(email);
  const isNew = email !== null && !emails.includes(emailKey(email));
  const hasContacts = erasure?.contactId != null || (erasure?.erasedContacts.length ?? 0) > 0;
  const others = isCertain || hasContacts ? NOBODY : EMAIL_UNKNOWN;
  const all = joined(own, isNew ? await lookUpContacts(context, { emails: [email] }) : others);
  const subject = contactsOf({ identityId, emailKey: key, erasure }, all, oryIdField, hash);
  const problems = [...told.problems, ...all.problems];
  return { subjects: [subject], unlinked: unlinkedOf(all, [subject]), problems };
}

/** Neither the store nor Ory knows the email of an identity that has no link. */
const EMAIL_UNKNOWN: LookedUp = {
  ...NOBODY,
  byEmail: false,
  problems: ['Zoho was not searched by email, because the email of the identity is not known.'],
};

interface EmailInOry {
  readonly email: string | null;
  /** If there is no email: the identity has none. Otherwise it may have had one. */
  readonly isCertain: boolean;
  readonly problems: readonly string[];
}

/** The identity's email in Ory, if the store does not know it. */
async function emailInOry(ory: OryFinder | undefined, identityId: string): Promise<EmailInOry> {
  const unknown = { email: null, isCertain: false, problems: [] };
  if (ory === undefined) return unknown;
  const answer = await findInOry(ory, { by: 'id', id: identityId }, new AbortController().signal);
  if (answer.kind === 'failed') return { ...unknown, problems: [notSearched(answer.message)] };
  const [identity] = answer.identities;
  if (identity === undefined) return unknown;
  return { email: emailOf(identity) ?? null, isCertain: true, problems: [] };
}

function notSearched(message: string): string {
  return `Ory was not searched: ${message}`;
}

/**
 * The identities with this email: in the outbox, in unanswered calls, in the last delivery, in Ory, and in
 * contacts that have it now.
 */
async function findByEmail(context: FindContext, email: string): Promise<Search> {
  const key = emailKey(email);
  const hash = fieldHashes(context.store.hmac, '', new Map());
  const asked = await idsInOry(context.ory, email);
  const found = await lookUpContacts(context, { emails: [email] });
  const delivered = await readContactsByEmail(context.store, [emailHash(context.store.hmac, key)]);
  const ids = new Set([
    ...(await identitiesWithEmail(context.store, key)),
    ...(await readDoubters(context.store, [key])).values(),
    ...[...delivered.values()].flat().map(({ identityId }) => identityId),
    ...('problem' in asked ? [] : asked),
    ...found.owners.values(),
    ...found.doubters.values(),
  ]);
  const subjects: IdentityContacts[] = [];
  for (const identityId of ids) {
    const erasure = await readErasure(context.store, identityId);
    const all = await withNamedBy(context, erasure, key, found);
    subjects.push(contactsOf({ identityId, emailKey: key, erasure }, all, context.oryIdField, hash));
  }
  const problems = 'problem' in asked ? [asked.problem, ...found.problems] : found.problems;
  return { subjects, unlinked: unlinkedOf(found, subjects), problems };
}

/** The identities that sign in with an email, or why they are not known. */
async function idsInOry(
  ory: OryFinder | undefined,
  email: string,
): Promise<readonly string[] | { readonly problem: string }> {
  if (ory === undefined) return { problem: 'Ory was not asked: ORY_ADMIN_URL is not set.' };
  const answer = await findInOry(ory, { by: 'email', email }, new AbortController().signal);
  if (answer.kind === 'failed') return { problem: notSearched(answer.message) };
  return answer.identities.map(({ id }) => id);
}

/** The link, and the contacts and emails in unanswered calls. */
function namedBy(erasure: Erasure | undefined): { ids: string[]; emails: string[] } {
  const marks = erasure?.marks ?? [];
  const link = erasure?.contactId ?? null;
  const ids = [...(link === null ? [] : [link]), ...marks.flatMap(({ contact }) => contact ?? [])];
  return { ids: [...new Set(ids)], emails: [...new Set(marks.flatMap(({ key }) => key ?? []))] };
}

/** They may have another email by now than the requested one. */
async function withNamedBy(
  context: ContactSearch,
  erasure: Erasure | undefined,
  asked: string,
  found: LookedUp,
): Promise<LookedUp> {
  const named = namedBy(erasure);
  const ids = named.ids.filter((id) => !found.contacts.some((contact) => contact.id === id));
  const emails = named.emails.filter((email) => email !== asked);
  return ids.length + emails.length === 0
    ? found
    : joined(found, await lookUpContacts(context, { ids, emails }));
}
