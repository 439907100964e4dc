import type { FoundContact, Unseen } from '../../../model/contact.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from '../work/round-context.ts';
import { findContacts } from '../look-up/find-contacts.ts';

/** Contacts that unanswered calls may have created, changed or adopted. */
export type Looked =
  | {
      readonly kind: 'found';
      readonly contacts: readonly FoundContact[];
      /** Why the lookup was by contact id alone. Null if it included emails and Ory ids. */
      readonly unseen: Unseen | null;
    }
  /** The connection may not read contacts at all. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

/**
 * Looks these contacts up in Zoho by COQL, or by contact id if COQL is not allowed. It costs one credit for
 * 50 rows or for 100 ids.
 */
export async function lookForDoubted(
  context: RoundContext,
  rows: readonly OutboxRow[],
  ledger: ReadonlyMap<string, LedgerRow>,
): Promise<Looked> {
  const { oryIdField } = context;
  const marks = rows.flatMap((row) => row.marks);
  const links = rows.flatMap(({ identityId }) => ledger.get(identityId)?.contactId ?? []);
  const ids = [...new Set([...links, ...marks.flatMap(({ contact }) => contact ?? [])])];
  const answer = await findContacts(context, {
    ids,
    emails: marks.flatMap(({ key, email }) => email ?? key ?? []),
    oryIds: oryIdField === null ? [] : rows.map(({ identityId }) => identityId),
  });
  if (answer.kind === 'found') return { ...answer, unseen: null };
  if (answer.kind !== 'not_allowed') return answer;
  return byId(context, ids, answer.why);
}

const IDS_AT_ONCE = 100;

async function byId(
  { zoho, mapping, oryIdField, signal }: RoundContext,
  ids: readonly string[],
  unseen: Unseen,
): Promise<Looked> {
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
  return { kind: 'found', contacts, unseen };
}
