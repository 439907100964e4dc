/** Whether a snapshot is older or newer than a stored one (rules 1 and 2). Pure. */
import { areClose, compareVersions } from '../../../model/version.ts';
import type { Version } from '../../../model/version.ts';
import type { LedgerRow } from '../../ledger.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';

/** What outbox and ledger keep of a snapshot in order to compare it with others. */
export type Stored = Pick<
  LedgerRow,
  'version' | 'verified' | 'asOf' | 'addressesHash' | 'contentHash' | 'profileHash' | 'mappingHash'
>;

/**
 * A read that began after the stored snapshot arrived is newer, whatever `updated_at` says (rule 2).
 * @returns `unclear` if only Ory knows which of the two it has kept
 */
export function age(
  entry: PutEntry,
  stored: Stored,
  rules: MergeRules,
): 'newer' | 'same' | 'older' | 'unclear' {
  if (entry.readAsOf !== undefined && entry.readAsOf > stored.asOf) return 'newer';
  if (entry.readAsOf === undefined && rules.adminReads && isUnclear(entry, stored)) return 'unclear';
  const order = orderOf(entry, stored);
  if (order !== 0) return order > 0 ? 'newer' : 'older';
  // If two webhooks have one version, the one that arrives last counts. A read with that version began before
  // the stored snapshot arrived, so it may have seen an older state.
  return entry.readAsOf === undefined || entry.contentHash === stored.contentHash ? 'same' : 'older';
}

/**
 * Compares with the last delivery, given the row that waits. A waiting read can have a lower version than the
 * last delivery: it corrects a clock that was ahead. Compared with that delivery, everything after the read
 * would look old and be dropped.
 */
export function ageBesideLedger(
  entry: PutEntry,
  row: Stored | undefined,
  ledger: Stored,
  rules: MergeRules,
): ReturnType<typeof age> {
  const result = age(entry, ledger, rules);
  const isWebhook = entry.readAsOf === undefined;
  const isCorrected =
    row !== undefined &&
    row.asOf > ledger.asOf &&
    compareVersions(versionOfStored(row), versionOfStored(ledger)) < 0;
  return result === 'older' && isWebhook && isCorrected && rules.adminReads ? 'unclear' : result;
}

/**
 * Two changes of the identity so close that only Ory knows which one it has kept. Times are stamped before
 * they are committed, or `updated_at` never moves (Ory Kratos 1.0 to 1.3.1, ory/kratos#4131).
 */
function isUnclear(entry: PutEntry, stored: Stored): boolean {
  if (!areClose(versionOf(entry), versionOfStored(stored))) return false;
  return stored.profileHash === null
    ? stored.contentHash !== entry.contentHash
    : stored.profileHash !== entry.profileHash;
}

/** Compares by version alone. Negative: the entry is older. 0: undecided. Positive: it is newer. */
export function orderOf(entry: PutEntry, stored: Stored): number {
  return compareVersions(versionOf(entry), versionOfStored(stored));
}

function versionOf({ version, verified, addressesHash }: PutEntry): Version {
  return { version, verified, addresses: addressesHash };
}

function versionOfStored({ version, verified, addressesHash }: Stored): Version {
  return { version, verified, addresses: addressesHash };
}
