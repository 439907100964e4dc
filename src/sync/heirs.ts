import { emailKey } from '../mapping/derived.ts';
import type { FoundContact } from '../model/contact.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import { readHeritage, readHeritageByEmail } from '../store/heritage.ts';
import type { RoundContext } from './context.ts';
import { emailHash } from './email-hash.ts';
import { chooseContact, sameEmail } from './match.ts';
import { decideInput } from './work.ts';
import type { Work } from './work.ts';

/** Adds what is known of contacts that another identity gave up: the link's, or the one that was found (rule 21). */
export async function withInherited(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const contacts = works.map((work) => work.contactId ?? matchOf(context, work)?.id);
  const heritage = await readHeritage(
    context.store,
    contacts.flatMap((id) => id ?? []),
  );
  return works.map((work, index) => {
    const left = heritage.get(contacts[index] ?? '');
    if (left === undefined) return { ...work, inherited: undefined };
    const { contact_id: contactId, sent, tags, origin } = left;
    const tagged = [...new Set([...work.tagged, ...tags])];
    return { ...work, tagged, inherited: { contactId, sent, tags, origin } };
  });
}

function matchOf({ oryIdField }: RoundContext, work: Work): FoundContact | undefined {
  if (work.found === undefined || work.found === 'no_scope') return undefined;
  const others = work.found.filter(({ id }) => !work.apartFrom.has(id));
  const email = work.fields.get('Email')?.value;
  return chooseContact(
    decideInput(work, oryIdField),
    others,
    typeof email === 'string' ? email : null,
    oryIdField,
  );
}

/**
 * Where nobody may look contacts up, those that another identity gave up are read by their id: the link's, and those last
 * known under the email.
 * @returns the contacts by id; none where the connection may not read them either
 */
export async function readGivenUp(
  context: RoundContext,
  works: readonly Work[],
): Promise<{ readonly kind: 'found'; readonly contacts: ReadonlyMap<string, FoundContact> } | CallFailure> {
  const { store, zoho, mapping, oryIdField, signal } = context;
  const links = works.flatMap(({ inherited }) => inherited?.contactId ?? []);
  const hashes = works.flatMap((work) => hashOf(context, work) ?? []);
  const ids = [...new Set([...links, ...(await readHeritageByEmail(store, hashes)).keys()])];
  if (ids.length === 0) return { kind: 'found', contacts: new Map() };
  const select = [...new Set([...mapping.fieldNames, 'Email', ...(oryIdField === null ? [] : [oryIdField])])];
  const answer = await zoho.records({ module: mapping.module, ids, select, signal });
  if (answer.kind !== 'found' && answer.kind !== 'no_scope') return answer;
  const found = answer.kind === 'found' ? answer.contacts : [];
  return { kind: 'found', contacts: new Map(found.map((contact) => [contact.id, contact])) };
}

function hashOf({ store }: RoundContext, { fields }: Work): string | undefined {
  const email = fields.get('Email')?.value;
  return typeof email === 'string' ? emailHash(store.hmac, emailKey(email)) : undefined;
}

/** The contact given up that is this work's: its link, or one that has its email. */
export function givenUpTo(work: Work, contacts: ReadonlyMap<string, FoundContact>): FoundContact | undefined {
  if (work.contactId !== null) return contacts.get(work.contactId);
  const email = work.fields.get('Email')?.value;
  return [...contacts.values()].find(
    ({ fields }) => typeof email === 'string' && sameEmail(fields['Email'], email),
  );
}
