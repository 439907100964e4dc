/** Who is to be erased, and which contacts in Zoho have to do with them. Writes nothing. */
import { emailKey } from '../../mapping/derived.ts';
import type { FoundContact } from '../../model/contact.ts';
import { readErasure } from '../../store/erasure.ts';
import type { Erasure } from '../../store/erasure.ts';
import { readContactsByEmail } from '../../store/key/linked.ts';
import { readOwners } from '../../store/ledger.ts';
import type { Store } from '../../store/open.ts';
import { identitiesWithEmail } from '../../store/outbox/with-email.ts';
import { emailHash } from '../../sync/email-hash.ts';
import { ownerOf } from '../../sync/match.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { OryAnswer } from './ask-ory.ts';

export interface FindContext {
  readonly store: Store;
  readonly zoho: ZohoClient;
  readonly module: string;
  readonly oryIdField: string | null;
  readonly askOry: (email: string) => Promise<OryAnswer>;
}

export interface Subject {
  readonly identityId: string;
  /** Trimmed and lower-cased; null: not known. */
  readonly emailKey: string | null;
  /** What is known of it here. */
  readonly erasure: Erasure | undefined;
  /** Contacts that are deleted with it. */
  readonly contacts: readonly ContactShown[];
  /** Contacts that are linked to it or carry its Ory id, and belong to another identity: they stay. */
  readonly others: readonly OtherContact[];
}

export interface OtherContact {
  readonly contact: ContactShown;
  readonly ownerId: string;
  /** To that one; else the contact carries its Ory id. */
  readonly linked: boolean;
}

export interface ContactShown {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface Search {
  readonly subjects: readonly Subject[];
  /** Contacts with the email that no identity is linked to: they stay. */
  readonly unlinked: readonly ContactShown[];
  /** Who could not be asked: somebody may have been missed. */
  readonly problems: readonly string[];
}

const SHOWN = ['First_Name', 'Last_Name'];

/** The identity of this id, whether it is known or not. */
export async function findById(context: FindContext, identityId: string): Promise<Search> {
  const erasure = await readErasure(context.store, identityId);
  const ids = erasure?.contact_id == null ? [] : [erasure.contact_id];
  const own = await lookUp(context, { ids, oryIds: [identityId] });
  const subject = subjectOf(context, identityId, erasure?.email_key ?? null, erasure, own);
  const email = subject.emailKey ?? subject.contacts.find((contact) => contact.email !== null)?.email ?? null;
  const same = email === null ? NOBODY : await lookUp(context, { emails: [email] });
  return {
    subjects: [{ ...subject, emailKey: email === null ? null : emailKey(email) }],
    unlinked: unlinkedOf(same),
    problems: [...new Set([...own.problems, ...same.problems])],
  };
}

/**
 * The identities of this email: by what waits here, by what was last delivered, by Ory, and by the contacts that have
 * it now.
 */
export async function findByEmail(context: FindContext, email: string): Promise<Search> {
  const key = emailKey(email);
  const asked = await context.askOry(email);
  const found = await lookUp(context, { emails: [email] });
  const delivered = await readContactsByEmail(context.store, [emailHash(context.store.hmac, key)]);
  const ids = new Set([
    ...(await identitiesWithEmail(context.store, key)),
    ...[...delivered.values()].flat().map(({ identityId }) => identityId),
    ...('problem' in asked ? [] : asked),
    ...found.owners.values(),
  ]);
  const subjects = [];
  for (const identityId of ids) {
    const erasure = await readErasure(context.store, identityId);
    subjects.push(subjectOf(context, identityId, key, erasure, await withLinkOf(context, erasure, found)));
  }
  const problems = 'problem' in asked ? [asked.problem, ...found.problems] : found.problems;
  return { subjects, unlinked: unlinkedOf(found), problems };
}

/** The rules by which delivery tells whose a contact is (`decideParting`). */
function subjectOf(
  { oryIdField }: FindContext,
  identityId: string,
  key: string | null,
  erasure: Erasure | undefined,
  { contacts, links }: LookedUp,
): Subject {
  const known = { identityId, owners: links };
  const link = erasure?.contact_id ?? null;
  const carries = (contact: FoundContact) =>
    oryIdField !== null && idIn(contact.fields[oryIdField]) === identityId;
  const its = contacts.filter((contact) => contact.id === link || carries(contact));
  const own: FoundContact[] = [];
  const others: OtherContact[] = [];
  for (const contact of its) {
    const linkedTo = ownerOf(known, contact, null);
    const ownerId = linkedTo ?? ownerOf({ ...known, owners: new Map() }, contact, oryIdField);
    if (ownerId === undefined) own.push(contact);
    else others.push({ contact: shown(contact), ownerId, linked: linkedTo !== undefined });
  }
  const unseen = link === null || its.some(({ id }) => id === link) ? [] : [{ id: link, fields: {} }];
  return { identityId, emailKey: key, erasure, contacts: [...unseen, ...own].map(shown), others };
}

/** Its linked contact may have another email by now. */
async function withLinkOf(
  context: FindContext,
  erasure: Erasure | undefined,
  found: LookedUp,
): Promise<LookedUp> {
  const link = erasure?.contact_id ?? null;
  if (link === null || found.contacts.some(({ id }) => id === link)) return found;
  const linked = await lookUp(context, { ids: [link] });
  return {
    ...found,
    contacts: [...found.contacts, ...linked.contacts],
    links: new Map([...found.links, ...linked.links]),
  };
}

function idIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().toLowerCase() : undefined;
}

interface LookedUp {
  readonly contacts: readonly FoundContact[];
  /** Whom they are linked to: contact id -> identity id. */
  readonly links: ReadonlyMap<string, string>;
  /** Whose they are, by the link, else by the Ory id they carry: contact id -> identity id. */
  readonly owners: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

const NOBODY: LookedUp = { contacts: [], links: new Map(), owners: new Map(), problems: [] };

async function lookUp(
  context: FindContext,
  { ids = [], emails = [], oryIds = [] }: { ids?: string[]; emails?: string[]; oryIds?: string[] },
): Promise<LookedUp> {
  const { zoho, module, oryIdField } = context;
  const byId = oryIdField === null ? { oryIds: [] } : { oryIds, oryIdField };
  if (ids.length + emails.length + byId.oryIds.length === 0) return NOBODY;
  const answer = await zoho.lookUp({ module, ids, emails, ...byId, select: SHOWN });
  if (answer.kind === 'found') return owned(context, answer.contacts, []);
  const why = answer.kind === 'no_scope' ? 'the scope ZohoCRM.coql.READ is missing.' : answer.message;
  const problem = `Zoho was not searched: ${why}`;
  if (answer.kind !== 'no_scope') return { ...NOBODY, problems: [problem] };
  // A contact whose id is known can be read without that scope.
  const select = [...SHOWN, 'Email', ...(oryIdField === null ? [] : [oryIdField])];
  const read = await zoho.records({ module, ids, select });
  return owned(context, read.kind === 'found' ? read.contacts : [], [problem]);
}

async function owned(
  { store, oryIdField }: FindContext,
  contacts: readonly FoundContact[],
  problems: readonly string[],
): Promise<LookedUp> {
  const links = await readOwners(
    store,
    contacts.map(({ id }) => id),
  );
  const anyone = { identityId: '', owners: links };
  const owners = contacts.flatMap((contact): [string, string][] => {
    const owner = ownerOf(anyone, contact, oryIdField);
    return owner === undefined ? [] : [[contact.id, owner]];
  });
  return { contacts, links, owners: new Map(owners), problems };
}

function unlinkedOf({ contacts, owners }: LookedUp): ContactShown[] {
  return contacts.filter(({ id }) => !owners.has(id)).map(shown);
}

function shown(contact: FoundContact): ContactShown {
  const names = SHOWN.map((field) => contact.fields[field]).filter((name) => typeof name === 'string');
  const email = contact.fields['Email'];
  return { id: contact.id, name: names.join(' ') || null, email: typeof email === 'string' ? email : null };
}
