/** Contacts in Zoho and the identities that they belong to. Writes nothing. */
import { emailKey } from '../../mapping/derived/derived.ts';
import type { FoundContact } from '../../model/contact.ts';
import { readDoubters } from '../../store/key/holders.ts';
import { contactKey } from '../../store/key/key.ts';
import { readOwners } from '../../store/ledger.ts';
import type { Store } from '../../store/open.ts';
import { ownerOf } from '../decide/match.ts';
import type { LookUpAnswer } from '../../zoho/calls/look-ups.ts';
import type { ZohoClient } from '../../zoho/client.ts';

export interface ContactSearch {
  readonly store: Store;
  readonly zoho: Pick<ZohoClient, 'lookUp' | 'records'>;
  readonly module: string;
  readonly oryIdField: string | null;
}

/** By contact id, by email, and by the Ory id in the contact. */
export interface ContactKeys {
  readonly ids?: readonly string[];
  readonly emails?: readonly string[];
  readonly oryIds?: readonly string[];
}

export interface LookedUp {
  readonly contacts: readonly FoundContact[];
  /** The identities that they are linked to: contact id -> identity id. */
  readonly links: ReadonlyMap<string, string>;
  /**
   * The identities that they belong to, by the link or else by the Ory id in them: contact id -> identity id.
   */
  readonly owners: ReadonlyMap<string, string>;
  /** The identities whose unanswered calls may have made or changed them: contact id -> identity id. */
  readonly doubters: ReadonlyMap<string, string>;
  /** Whether Zoho has looked for all of the keys. If false, it looked only for ids, for some keys, or for none. */
  readonly byEmail: boolean;
  readonly problems: readonly string[];
}

export const NOBODY: LookedUp = {
  contacts: [],
  links: new Map(),
  owners: new Map(),
  doubters: new Map(),
  byEmail: true,
  problems: [],
};

/** Fields that help a person recognize a contact, besides the email. */
export const SHOWN = ['First_Name', 'Last_Name'];

export async function lookUpContacts(
  context: ContactSearch,
  { ids = [], emails = [], oryIds = [] }: ContactKeys,
): Promise<LookedUp> {
  const { zoho, module, oryIdField } = context;
  const byId = oryIdField === null ? { oryIds: [] } : { oryIds, oryIdField };
  if (ids.length + emails.length + byId.oryIds.length === 0) return NOBODY;
  const request = { module, ids, emails, ...byId };
  const named = await zoho.lookUp({ ...request, select: SHOWN });
  const answer = named.kind === 'refused' ? await zoho.lookUp({ ...request, select: [] }) : named;
  const seen = answer.kind === 'found' ? answer.contacts : [];
  if (answer.kind === 'found' && answer.refused.size === 0)
    return { ...(await owned(context, seen)), byEmail: true, problems: [] };
  const unseen = { byEmail: false, problems: [problemOf(answer)] };
  if (answer.kind !== 'not_allowed' && answer.kind !== 'found') return { ...NOBODY, ...unseen };
  const left = ids.filter((id) => !seen.some((contact) => contact.id === id));
  return { ...(await owned(context, [...seen, ...(await readById(context, left))])), ...unseen };
}

function problemOf(answer: LookUpAnswer): string {
  return answer.kind === 'found'
    ? 'Zoho was not searched by all keys. It refuses to look for some, such as an email.'
    : `Zoho was not searched. ${answer.message}`;
}

/** A contact whose id is known can be read without a query. */
async function readById(
  { zoho, module, oryIdField }: ContactSearch,
  ids: readonly string[],
): Promise<readonly FoundContact[]> {
  if (ids.length === 0) return [];
  const select = [...SHOWN, 'Email', ...(oryIdField === null ? [] : [oryIdField])];
  const read = await zoho.records({ module, ids, select });
  return read.kind === 'found' ? read.contacts : [];
}

/** Merges both results. */
export function joined(left: LookedUp, right: LookedUp): LookedUp {
  const ids = new Set(left.contacts.map(({ id }) => id));
  return {
    contacts: [...left.contacts, ...right.contacts.filter(({ id }) => !ids.has(id))],
    links: new Map([...left.links, ...right.links]),
    owners: new Map([...left.owners, ...right.owners]),
    doubters: new Map([...left.doubters, ...right.doubters]),
    byEmail: left.byEmail && right.byEmail,
    problems: [...new Set([...left.problems, ...right.problems])],
  };
}

async function owned(
  { store, oryIdField }: ContactSearch,
  contacts: readonly FoundContact[],
): Promise<Omit<LookedUp, 'byEmail' | 'problems'>> {
  const links = await readOwners(
    store,
    contacts.map(({ id }) => id),
  );
  const holders = await readDoubters(store, contacts.flatMap(keysOf));
  const anyone = { identityId: '', owners: links };
  const owners = contacts.flatMap((contact): [string, string][] => {
    const owner = ownerOf(anyone, contact, oryIdField);
    return owner === undefined ? [] : [[contact.id, owner]];
  });
  const doubters = contacts.flatMap((contact): [string, string][] => {
    const doubter = keysOf(contact).flatMap((key) => holders.get(key) ?? [])[0];
    return doubter === undefined ? [] : [[contact.id, doubter]];
  });
  return { contacts, links, owners: new Map(owners), doubters: new Map(doubters) };
}

/** What an unanswered call may hold of a contact: its id or its email. */
function keysOf({ id, fields }: FoundContact): string[] {
  const email = fields['Email'];
  return [contactKey(id), ...(typeof email === 'string' ? [emailKey(email)] : [])];
}
