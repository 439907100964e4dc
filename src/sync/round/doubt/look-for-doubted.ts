import type { FoundContact, Unseen } from '../../../model/contact.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from '../work/round-context.ts';
import { isUnseen } from '../../decide/unseen.ts';
import { findContacts } from '../look-up/find-contacts.ts';

/** Contacts that unanswered calls may have created, changed or adopted. */
export type Looked =
  | {
      readonly kind: 'found';
      readonly contacts: readonly FoundContact[];
      /** Identity id -> why its lookup was by contact id alone. All others were also looked up by email. */
      readonly unseen: ReadonlyMap<string, Unseen>;
    }
  /** The connection may not read contacts at all. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

/**
 * Looks these contacts up in Zoho by COQL, or by contact id if COQL is not allowed or refuses a key. It costs
 * one credit for 50 rows or for 100 ids.
 */
export async function lookForDoubted(
  context: RoundContext,
  rows: readonly OutboxRow[],
  ledger: ReadonlyMap<string, LedgerRow>,
): Promise<Looked> {
  const { oryIdField } = context;
  const keys = rows.map((row) => keysOf(row, ledger.get(row.identityId)?.contactId ?? null));
  const answer = await findContacts(context, {
    ids: [...new Set(keys.flatMap(({ ids }) => ids))],
    emails: keys.flatMap(({ emails }) => emails),
    oryIds: oryIdField === null ? [] : rows.map(({ identityId }) => identityId),
  });
  if (answer.kind !== 'found' && answer.kind !== 'not_allowed') return answer;
  const blind = keys.filter(
    ({ identityId, contactId, ids, emails }) =>
      answer.kind === 'not_allowed' ||
      isUnseen({ identityId, contactId, keys: [identityId, ...ids, ...emails] }, answer, oryIdField),
  );
  const contacts = answer.kind === 'found' ? answer.contacts : [];
  if (blind.length === 0) return { kind: 'found', contacts, unseen: new Map() };
  const known = new Set(contacts.map(({ id }) => id));
  const ids = new Set(blind.flatMap((one) => one.ids).filter((id) => !known.has(id)));
  const read = await byId(context, [...ids]);
  if (read.kind !== 'found') return read;
  const why: Unseen = answer.kind === 'found' ? 'look_up_refused' : answer.why;
  const unseen = new Map(blind.map(({ identityId }): [string, Unseen] => [identityId, why]));
  return { kind: 'found', contacts: [...contacts, ...read.contacts], unseen };
}

/** What the row's marks name, and its link. */
function keysOf({ identityId, marks }: OutboxRow, contactId: string | null) {
  const named = marks.flatMap(({ contact }) => contact ?? []);
  return {
    identityId,
    contactId,
    ids: contactId === null ? named : [contactId, ...named],
    emails: marks.flatMap(({ key, email }) => email ?? key ?? []),
  };
}

const IDS_AT_ONCE = 100;

type Read =
  | { readonly kind: 'found'; readonly contacts: readonly FoundContact[] }
  | Exclude<Looked, { kind: 'found' }>;

async function byId(
  { zoho, mapping, oryIdField, signal }: RoundContext,
  ids: readonly string[],
): Promise<Read> {
  const contacts: FoundContact[] = [];
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const answer = await zoho.records({
      module: mapping.module,
      ids: ids.slice(start, start + IDS_AT_ONCE),
      select: oryIdField === null ? ['Email'] : ['Email', oryIdField],
      signal,
    });
    if (answer.kind !== 'found') return answer;
    contacts.push(...answer.contacts);
  }
  return { kind: 'found', contacts };
}
