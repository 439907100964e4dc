import { emailKey } from '../../../mapping/derived/derived.ts';
import type { FoundContact } from '../../../model/contact.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import { readHeritage, readHeritageByEmail } from '../../../store/heritage.ts';
import type { RoundContext } from '../work/round-context.ts';
import { emailHash } from '../work/email-hash.ts';
import { inputOfWork } from '../work/input-for-decide.ts';
import { chooseContact, sameEmail } from '../../decide/match.ts';
import { withHeritage, withMoreFields } from '../work/work-steps.ts';
import type { Work } from '../work/work.ts';

/**
 * Adds the heritage of contacts that another identity gave up, for the linked or the found contact (rule 21).
 */
export async function withInherited(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const contacts = works.map((work) => work.contactId ?? matchOf(context, work)?.id);
  const heritage = await readHeritage(
    context.store,
    contacts.flatMap((id) => id ?? []),
  );
  return works.map((work, index) => {
    const left = heritage.get(contacts[index] ?? '');
    if (left === undefined) return withHeritage(work, undefined, []);
    const { contactId, sent, tags, origin } = left;
    return withHeritage(work, { contactId, sent, tags, origin }, tags);
  });
}

function matchOf({ oryIdField }: RoundContext, work: Work): FoundContact | undefined {
  if (work.found === undefined || typeof work.found === 'string') return undefined;
  const others = work.found.filter(({ id }) => !work.apartFrom.has(id));
  const email = work.fields.get('Email')?.value;
  return chooseContact(
    inputOfWork(work, oryIdField),
    others,
    typeof email === 'string' ? email : null,
    oryIdField,
  );
}

/**
 * If lookups are not allowed, the contacts that another identity gave up are read by id: the linked ones, and
 * those last known under the email.
 * @returns the contacts by id; empty if the connection may not read them either
 */
export async function readGivenUp(
  context: RoundContext,
  works: readonly Work[],
): Promise<{ readonly kind: 'found'; readonly contacts: ReadonlyMap<string, FoundContact> } | CallFailure> {
  const { store, mapping, oryIdField } = context;
  const inherited = works.flatMap((work) => work.inherited ?? []);
  const hashes = works.flatMap((work) => hashOf(context, work) ?? []);
  const byEmail = [...(await readHeritageByEmail(store, hashes)).values()];
  const ids = [...inherited.map(({ contactId }) => contactId), ...byEmail.map(({ contactId }) => contactId)];
  const left = [...inherited, ...byEmail].flatMap(({ sent }) => Object.keys(sent));
  const names = [...mapping.fieldNames, 'Email', ...(oryIdField === null ? [] : [oryIdField])];
  return readById(context, ids, [...names, ...left]);
}

async function readById(
  { zoho, mapping, fields, signal }: RoundContext,
  ids: readonly string[],
  names: readonly string[],
): Promise<{ readonly kind: 'found'; readonly contacts: ReadonlyMap<string, FoundContact> } | CallFailure> {
  const some = [...new Set(ids)];
  if (some.length === 0) return { kind: 'found', contacts: new Map() };
  const select = [...new Set(names)].filter((name) => mapping.fieldNames.includes(name) || fields.has(name));
  const answer = await zoho.records({ module: mapping.module, ids: some, select, signal });
  if (answer.kind !== 'found' && answer.kind !== 'no_scope') return answer;
  const found = answer.kind === 'found' ? answer.contacts : [];
  return { kind: 'found', contacts: new Map(found.map((contact) => [contact.id, contact])) };
}

/**
 * Reads the other fields that an older mapping wrote into inherited contacts. A lookup reads only the fields
 * of the present mapping. It costs one credit for 100 such contacts.
 */
export async function withLeftFields(
  context: RoundContext,
  works: readonly Work[],
): Promise<{ readonly kind: 'works'; readonly works: readonly Work[] } | CallFailure> {
  const left = works.flatMap(({ inherited, found }) => {
    const contact = Array.isArray(found) ? found.find(({ id }) => id === inherited?.contactId) : undefined;
    if (inherited === undefined || contact === undefined) return [];
    const names = Object.keys(inherited.sent).filter((name) => contact.fields[name] === undefined);
    return names.some((name) => context.fields.has(name)) ? [{ id: contact.id, names }] : [];
  });
  const answer = await readById(
    context,
    left.map(({ id }) => id),
    left.flatMap(({ names }) => names),
  );
  if (answer.kind !== 'found') return answer;
  const withMore = (contact: FoundContact) => {
    const more = answer.contacts.get(contact.id)?.fields ?? {};
    return { ...contact, fields: { ...more, ...contact.fields } };
  };
  return {
    kind: 'works',
    works: works.map((work) => withMoreFields(work, withMore)),
  };
}

function hashOf({ store }: RoundContext, { fields }: Work): string | undefined {
  const email = fields.get('Email')?.value;
  return typeof email === 'string' ? emailHash(store.hmac, emailKey(email)) : undefined;
}

/** The given-up contact that belongs to this work: the linked one, or one that has its email. */
export function givenUpTo(work: Work, contacts: ReadonlyMap<string, FoundContact>): FoundContact | undefined {
  if (work.contactId !== null) return contacts.get(work.contactId);
  const email = work.fields.get('Email')?.value;
  return [...contacts.values()].find(
    ({ fields }) => typeof email === 'string' && sameEmail(fields['Email'], email),
  );
}
