/**
 * What a put does to the row of its identity (rules 1 to 7). Pure: `put.ts` reads the rows and writes the
 * result.
 */
import type { PutResult } from '../../../model/outcome.ts';
import type { LedgerRow } from '../../ledger.ts';
import { age, ageBesideLedger, orderOf } from './age.ts';
import type { Stored } from './age.ts';
import { again, calling, raised, replaced } from './merged-row.ts';
import type { MergedRow } from './merged-row.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import { differsByMappingAlone, isMixedUp, lacksOryId, sameContent, sameVersion } from './same-content.ts';
import type { OutboxRow } from '../row.ts';

export interface Merge {
  readonly result: PutResult;
  /** Undefined if no row is written. */
  readonly row?: MergedRow;
  /**
   * A strong read has found an identity that counted as deleted, so the mark in the ledger is removed (rule
   * 7).
   */
  readonly found?: true;
  /**
   * Nothing is delivered, but the ledger notes this version, in order to recognize a late older webhook (rule
   * 3).
   */
  readonly seen?: { readonly version: number | null; readonly asOf: number };
}

/** @param asOf the number that this put drew */
export function mergePut(
  entry: PutEntry,
  asOf: number,
  row: OutboxRow | undefined,
  ledger: LedgerRow | undefined,
  rules: MergeRules,
): Merge {
  const { readAsOf } = entry;
  const read = readAsOf !== undefined;
  if (ledger?.erasedAt != null || row?.kind === 'erase') return { result: 'erased' };
  const deletedAs = ledger?.deletedAt == null ? undefined : ledger;
  const deletion = row?.kind === 'delete' ? row : deletedAs;
  const deleted = deletion !== undefined;
  // A read that began before the identity was found gone may have seen it alive.
  if (deleted && (!read || readAsOf < deletion.asOf)) return { result: 'deleted' };
  if (entry.version === null && !read) return mergeHint(entry, asOf, row, ledger, rules);

  const ages = [row && age(entry, row, rules), ledger && ageBesideLedger(entry, row, ledger, rules)];
  const older = ages.includes('older');
  if (older && !(entry.compare === true && rules.adminReads)) return dropped(entry, row, ledger, rules);
  if (older && row !== undefined)
    return {
      result: 'put',
      row: { ...again(row, entry), compare: true, overwrite: entry.overwrite === true || row.overwrite },
    };
  if (
    ledger !== undefined &&
    !deleted &&
    !isMixedUp(ledger) &&
    differsByMappingAlone(entry, row, ledger, rules)
  ) {
    return keepFields(entry, readAsOf ?? asOf, row, ledger, rules);
  }

  const unclear = ages.includes('unclear');
  if (unclear && row !== undefined && orderOf(entry, row) < 0) return readAgain(entry, asOf, row);

  const hinted = row?.hint === true || row?.readFirst === true;
  const answersHint = read && (row === undefined || readAsOf > row.asOf);
  // `older` here means that something newer than the snapshot to compare has been delivered meanwhile.
  const readFirst = rules.adminReads && (older || unclear || (hinted && !answersHint));
  const same = sameContent(entry, row ?? ledger, rules) && entry.compare !== true;
  const lacks = row === undefined && (lacksOryId(ledger, rules) || isMixedUp(ledger));
  if (same && !hinted && !deleted && !lacks && sameVersion(entry, row ?? ledger))
    return unchanged(entry, row);

  const still = same && row?.state === 'failed';
  const newest = Math.max(readAsOf ?? asOf, readFirst ? (row?.asOf ?? 0) : 0);
  return {
    result: still ? 'same' : 'put',
    row: { ...replaced(entry, newest, row, rules), readFirst, hint: false, due: !still, moved: !still },
    ...(deleted && { found: true }),
  };
}

/** The waiting snapshot stays, and is read from Ory before it is delivered. */
function readAgain(entry: PutEntry, asOf: number, row: OutboxRow): Merge {
  return { result: 'read_first', row: { ...again(row, entry), readFirst: true, asOf } };
}

/** Rule 5: a snapshot without `updated_at`. */
function mergeHint(
  entry: PutEntry,
  asOf: number,
  row: OutboxRow | undefined,
  ledger: LedgerRow | undefined,
  rules: MergeRules,
): Merge {
  const { adminReads } = rules;
  if (row !== undefined && !row.hint && adminReads) return readAgain(entry, asOf, row);
  const stored: Stored | undefined = row ?? ledger;
  // Something that a hint does not contain may have changed, so it is read again, unless Zoho has refused it.
  const needsNoRead = !adminReads || row?.state === 'failed';
  const lacks = row === undefined && (lacksOryId(ledger, rules) || isMixedUp(ledger));
  if (needsNoRead && !lacks && sameContent(entry, stored, rules)) return unchanged(entry, row);
  // The stored version stays, because it still shows whether a webhook is late.
  const version = stored?.version ?? null;
  const known = { version, verified: stored?.verified ?? 0 };
  const next = {
    ...replaced({ ...entry, ...known }, asOf, row, rules),
    addressesHash: stored?.addressesHash ?? null,
  };
  return {
    result: 'put',
    row: { ...next, hint: true, readFirst: adminReads, due: true, moved: true },
  };
}

function keepFields(
  entry: PutEntry,
  asOf: number,
  row: OutboxRow | undefined,
  ledger: LedgerRow,
  rules: MergeRules,
): Merge {
  if (row === undefined && lacksOryId(ledger, rules)) {
    const next = replaced(entry, asOf, row, { ...rules, mappingHash: ledger.mappingHash ?? '' });
    const flags = { idOnly: true, hint: false, readFirst: false, due: true, moved: true };
    return { result: 'put', row: { ...next, ...flags } };
  }
  if (row !== undefined || sameVersion(entry, ledger)) return { result: 'same' };
  return { result: 'same', seen: { version: entry.version, asOf: Math.max(asOf, ledger.asOf) } };
}

/** Rule 4: nothing changes, except that event and priority may rise. */
function unchanged(entry: PutEntry, row: OutboxRow | undefined): Merge {
  return { result: 'same', ...(row && { row: { ...raised(row, entry), due: false, moved: false } }) };
}

/**
 * A snapshot older than the waiting one is dropped. But its event has still happened and was not delivered
 * yet (rule 6). An event that the ledger knows, or knows to be old, was already delivered.
 */
function dropped(
  entry: PutEntry,
  row: OutboxRow | undefined,
  ledger: LedgerRow | undefined,
  rules: MergeRules,
): Merge {
  const isDelivered = ledger !== undefined && age(entry, ledger, rules) !== 'newer';
  if (row === undefined || isDelivered) return { result: 'older' };
  const { event, priority } = calling(entry, row);
  if (event === row.event && priority === row.priority) return { result: 'older' };
  return { result: 'older', row: { ...row, event, priority, due: false, moved: false } };
}
