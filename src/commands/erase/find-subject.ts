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

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHOWN = ['First_Name', 'Last_Name'];

/** The identity of this id, whether it is known or not. */
export async function findById(context: FindContext, identityId: string): Promise<Search> {
  const erasure = await readErasure(context.store, identityId);
  const ids = erasure?.contact_id == null ? [] : [erasure.contact_id];
  const own = await lookUp(context, { ids, oryIds: [identityId] });
  const subject = subjectOf(identityId, erasure?.email_key ?? null, erasure, own);
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
    subjects.push(subjectOf(identityId, key, erasure, found));
  }
  const problems = 'problem' in asked ? [asked.problem, ...found.problems] : found.problems;
  return { subjects, unlinked: unlinkedOf(found), problems };
}

function subjectOf(
  identityId: string,
  key: string | null,
  erasure: Erasure | undefined,
  { contacts, owners }: LookedUp,
): Subject {
  const own = contacts.filter(({ id }) => owners.get(id) === identityId);
  const linked = erasure?.contact_id ?? null;
  const unseen = linked === null || own.some(({ id }) => id === linked) ? [] : [{ id: linked, fields: {} }];
  return { identityId, emailKey: key, erasure, contacts: [...unseen, ...own].map(shown) };
}

interface LookedUp {
  readonly contacts: readonly FoundContact[];
  /** Whose they are, by the link, else by the Ory id they carry: contact id -> identity id. */
  readonly owners: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

const NOBODY: LookedUp = { contacts: [], owners: new Map(), problems: [] };

async function lookUp(
  { store, zoho, module, oryIdField }: FindContext,
  { ids = [], emails = [], oryIds = [] }: { ids?: string[]; emails?: string[]; oryIds?: string[] },
): Promise<LookedUp> {
  const byId = oryIdField === null ? { oryIds: [] } : { oryIds, oryIdField };
  if (ids.length + emails.length + byId.oryIds.length === 0) return NOBODY;
  const answer = await zoho.lookUp({ module, ids, emails, ...byId, select: SHOWN });
  if (answer.kind !== 'found') {
    const why = answer.kind === 'no_scope' ? 'the scope ZohoCRM.coql.READ is missing.' : answer.message;
    return { ...NOBODY, problems: [`Zoho was not searched: ${why}`] };
  }
  const { contacts } = answer;
  const carried = contacts.flatMap(({ id, fields }): [string, string][] => {
    const oryId = oryIdField === null ? undefined : fields[oryIdField];
    return typeof oryId === 'string' && UUID.test(oryId) ? [[id, oryId]] : [];
  });
  const linked = await readOwners(
    store,
    contacts.map(({ id }) => id),
  );
  return { contacts, owners: new Map([...carried, ...linked]), problems: [] };
}

function unlinkedOf({ contacts, owners }: LookedUp): ContactShown[] {
  return contacts.filter(({ id }) => !owners.has(id)).map(shown);
}

function shown(contact: FoundContact): ContactShown {
  const names = SHOWN.map((field) => contact.fields[field]).filter((name) => typeof name === 'string');
  const email = contact.fields['Email'];
  return { id: contact.id, name: names.join(' ') || null, email: typeof email === 'string' ? email : null };
}
