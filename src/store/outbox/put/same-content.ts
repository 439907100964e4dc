/** Whether a snapshot brings anything new beside what is stored: rules 4 and 25, pure. */
import { DELIVERED } from '../../ledger.ts';
import type { LedgerRow } from '../../ledger.ts';
import { orderOf } from './age.ts';
import type { Stored } from './age.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import type { OutboxRow } from '../row.ts';

/** Whether nothing tells the entry from what is stored by its version. */
export function sameVersion(entry: PutEntry, stored: Stored | undefined): boolean {
  return stored !== undefined && orderOf(entry, stored) === 0;
}

/** Whether the data is the same, and the mapping too. */
export function sameContent(entry: PutEntry, stored: Stored | undefined, rules: MergeRules): boolean {
  return entry.contentHash === stored?.content_hash && rules.mappingHash === stored.mapping_hash;
}

/** Rule 25: a scan passes over what differs from the last delivery by the mapping alone. */
export function differsByMappingAlone(
  entry: PutEntry,
  row: OutboxRow | undefined,
  ledger: LedgerRow,
  { mappingHash }: MergeRules,
): boolean {
  if (entry.mappingMayDiffer !== true || (row !== undefined && !row.id_only)) return false;
  const { content_hash, profile_hash, verified, mapping_hash } = ledger;
  // A scan does not see the last sign-in, which is content where a login webhook has told it.
  const same = entry.contentHash === content_hash || entry.profileHash === profile_hash;
  return same && entry.verified === verified && mapping_hash !== null && mapping_hash !== mappingHash;
}

/** Linked and delivered, when no Ory-id field was set, or another one. */
export function lacksOryId(ledger: LedgerRow | undefined, { oryIdField }: MergeRules): boolean {
  if (oryIdField == null || ledger === undefined || ledger.contact_id === null) return false;
  const { outcome, sent, refused } = ledger;
  return (
    DELIVERED.some((one) => one === outcome) &&
    sent[oryIdField] === undefined &&
    refused[oryIdField] === undefined
  );
}
