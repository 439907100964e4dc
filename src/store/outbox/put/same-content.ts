/** Whether a snapshot has anything new compared with what is stored (rules 4 and 25). Pure. */
import { DELIVERED } from '../../ledger.ts';
import type { LedgerRow } from '../../ledger.ts';
import { orderOf } from './age.ts';
import type { Stored } from './age.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import type { OutboxRow } from '../row.ts';

/** Whether the versions do not show any difference. */
export function sameVersion(entry: PutEntry, stored: Stored | undefined): boolean {
  return stored !== undefined && orderOf(entry, stored) === 0;
}

/** Whether data and mapping are the same. */
export function sameContent(entry: PutEntry, stored: Stored | undefined, rules: MergeRules): boolean {
  return entry.contentHash === stored?.contentHash && rules.mappingHash === stored.mappingHash;
}

/** Rule 25: a scan passes over a snapshot if only the mapping differs from the last delivery. */
export function differsByMappingAlone(
  entry: PutEntry,
  row: OutboxRow | undefined,
  ledger: LedgerRow,
  { mappingHash }: MergeRules,
): boolean {
  if (entry.mappingMayDiffer !== true || (row !== undefined && !row.idOnly)) return false;
  const { contentHash, profileHash, verified } = ledger;
  // A scan does not see the last sign-in, which is part of the content if a login webhook has reported it.
  const same = entry.contentHash === contentHash || entry.profileHash === profileHash;
  const isOther = ledger.mappingHash !== null && ledger.mappingHash !== mappingHash;
  return same && entry.verified === verified && isOther;
}

/** A call for another identity has written to its contact, which must get its own values back (rule 21). */
export function isMixedUp(ledger: LedgerRow | undefined): boolean {
  return ledger !== undefined && ledger.mixedIn.length > 0;
}

/** Linked and delivered when no Ory-id field was set, or another one. */
export function lacksOryId(ledger: LedgerRow | undefined, { oryIdField }: MergeRules): boolean {
  if (oryIdField == null || ledger === undefined || ledger.contactId === null) return false;
  const { outcome, sent, refused } = ledger;
  return (
    DELIVERED.some((one) => one === outcome) &&
    sent[oryIdField] === undefined &&
    refused[oryIdField] === undefined
  );
}
