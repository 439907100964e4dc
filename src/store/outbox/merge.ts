/**
 * What a put does to the row of its identity: rules 1 to 7, pure. `put.ts` reads the rows and writes the result.
 */
import type { Event, Priority } from '../../model/event.ts';
import { moreTelling, priorityOf } from '../../model/event.ts';
import type { PutResult } from '../../model/outcome.ts';
import { DELIVERED } from '../ledger.ts';
import type { LedgerRow } from '../ledger.ts';
import { age, ageBesideLedger, orderOf } from './age.ts';
import type { Stored } from './age.ts';
import type { OutboxRow } from './row.ts';

/** A snapshot on its way into the outbox. */
export interface PutEntry {
  readonly identityId: string;
  /** The identity as JSON text. */
  readonly payload: string;
  readonly event: Event;
  /** Goes as such; left out: by the event (rule 4). A scan that meets a missed sign-up does not go before webhooks. */
  readonly priority?: Priority;
  /** `updated_at` in microseconds; null makes it a hint. */
  readonly version: number | null;
  readonly verified: number;
  /** HMAC of the values of its addresses. */
  readonly addressesHash: string;
  readonly contentHash: string;
  /** HMAC of its content without what is verified and the last sign-in. */
  readonly profileHash: string;
  readonly emailKey: string | null;
  /** Of a strong read: the number drawn before its request (rule 2). */
  readonly readAsOf?: number;
  /** Compare with the contact in Zoho instead of with hashes; always goes in (rule 4). */
  readonly compare?: boolean;
  /** Write what `adopt: fill` leaves alone too. */
  readonly overwrite?: boolean;
  /** Of a reconcile: another mapping alone is no reason to deliver anything but the Ory id (rule 25). */
  readonly mappingMayDiffer?: boolean;
}

export interface MergeRules {
  readonly mappingHash: string;
  /** The admin API is configured: hints are read before delivery (rule 5). */
  readonly adminReads: boolean;
  /** The field that holds the identity's id; left out or null: there is none. */
  readonly oryIdField?: string | null;
}

/** The columns a put sets; all others of an existing row stay as they are. */
export interface MergedRow {
  readonly event: Event;
  readonly priority: number;
  readonly payload: string | null;
  readonly hint: boolean;
  readonly read_first: boolean;
  readonly compare: boolean;
  readonly overwrite: boolean;
  /** The contact keeps its fields, and gets the Ory id alone (rule 25). */
  readonly id_only: boolean;
  readonly version: number | null;
  readonly verified: number;
  readonly as_of: number;
  readonly addresses_hash: string | null;
  readonly content_hash: string;
  readonly profile_hash: string | null;
  /** With `id_only` that of the last delivery, which it stays. */
  readonly mapping_hash: string;
  readonly email_key: string | null;
  /** Back to waiting and due now. */
  readonly due: boolean;
  /** The revision moves: what is being delivered just now is no longer the whole truth. */
  readonly moved: boolean;
}

export interface Merge {
  readonly result: PutResult;
  /** Undefined: no row is written. */
  readonly row?: MergedRow;
  /** A strong read has found an identity that counted as deleted: the mark in the ledger goes (rule 7). */
  readonly found?: true;
  /** Nothing is to be delivered, but the ledger is to know this version: a late older webhook is told by it (rule 3). */
  readonly seen?: { readonly version: number | null; readonly as_of: number };
}

/** @param asOf the number this put drew */
export function mergePut(
  entry: PutEntry,
  asOf: number,
  row: OutboxRow | undefined,
  ledger: LedgerRow | undefined,
  rules: MergeRules,
): Merge {
  const { readAsOf } = entry;
  const read = readAsOf !== undefined;
  if (ledger?.erased_at != null || row?.kind === 'erase') return { result: 'erased' };
  const deletedAs = ledger?.deleted_at == null ? undefined : ledger;
  const deletion = row?.kind === 'delete' ? row : deletedAs;
  const deleted = deletion !== undefined;
  // A read that began before the identity was found gone may have seen it alive.
  if (deleted && (!read || readAsOf < deletion.as_of)) return { result: 'deleted' };
  if (entry.version === null && !read) return mergeHint(entry, asOf, row, ledger, rules);

  const ages = [row && age(entry, row, rules), ledger && ageBesideLedger(entry, row, ledger, rules)];
  const older = ages.includes('older');
  if (older && !(entry.compare === true && rules.adminReads)) return dropped(entry, row, ledger, rules);
  if (older && row !== undefined)
    return {
      result: 'put',
      row: { ...again(row, entry), compare: true, overwrite: entry.overwrite === true || row.overwrite },
    };
  if (ledger !== undefined && !deleted && differsByMappingAlone(entry, row, ledger, rules)) {
    return keepFields(entry, readAsOf ?? asOf, row, ledger, rules);
  }

  const unclear = ages.includes('unclear');
  if (unclear && row !== undefined && orderOf(entry, row) < 0) return readAgain(entry, asOf, row);

  const hinted = row?.hint === true || row?.read_first === true;
  const answersHint = read && (row === undefined || readAsOf > row.as_of);
  // `older` here: newer than what is to be compared has been delivered meanwhile.
  const read_first = rules.adminReads && (older || unclear || (hinted && !answersHint));
  const same = sameContent(entry, row ?? ledger, rules) && entry.compare !== true;
  const lacksId = row === undefined && lacksOryId(ledger, rules);
  if (same && !hinted && !deleted && !lacksId && sameVersion(entry, row ?? ledger))
    return unchanged(entry, row);

  const still = same && row?.state === 'failed';
  const as_of = Math.max(readAsOf ?? asOf, read_first ? (row?.as_of ?? 0) : 0);
  return {
    result: still ? 'same' : 'put',
    row: { ...replaced(entry, as_of, row, rules), read_first, hint: false, due: !still, moved: !still },
    ...(deleted && { found: true }),
  };
}

/** The waiting snapshot stays, and is read from Ory before it is delivered. */
function readAgain(entry: PutEntry, asOf: number, row: OutboxRow): Merge {
  return { result: 'read_first', row: { ...again(row, entry), read_first: true, as_of: asOf } };
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
  // What a hint does not tell may have changed all the same: it is read again, unless Zoho has refused it.
  const needsNoRead = !adminReads || row?.state === 'failed';
  const lacksId = row === undefined && lacksOryId(ledger, rules);
  if (needsNoRead && !lacksId && sameContent(entry, stored, rules)) return unchanged(entry, row);
  // The stored version stays: it still tells a late webhook from a new one.
  const version = stored?.version ?? null;
  const known = { version, verified: stored?.verified ?? 0 };
  const next = {
    ...replaced({ ...entry, ...known }, asOf, row, rules),
    addresses_hash: stored?.addresses_hash ?? null,
  };
  return {
    result: 'put',
    row: { ...next, hint: true, read_first: adminReads, due: true, moved: true },
  };
}

function sameVersion(entry: PutEntry, stored: Stored | undefined): boolean {
  return stored !== undefined && orderOf(entry, stored) === 0;
}

function sameContent(entry: PutEntry, stored: Stored | undefined, rules: MergeRules): boolean {
  return entry.contentHash === stored?.content_hash && rules.mappingHash === stored.mapping_hash;
}

/** Rule 25: a scan passes over what differs from the last delivery by the mapping alone. */
function differsByMappingAlone(
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

function keepFields(
  entry: PutEntry,
  as_of: number,
  row: OutboxRow | undefined,
  ledger: LedgerRow,
  rules: MergeRules,
): Merge {
  if (row === undefined && lacksOryId(ledger, rules)) {
    const next = replaced(entry, as_of, row, { ...rules, mappingHash: ledger.mapping_hash ?? '' });
    const flags = { id_only: true, hint: false, read_first: false, due: true, moved: true };
    return { result: 'put', row: { ...next, ...flags } };
  }
  if (row !== undefined || sameVersion(entry, ledger)) return { result: 'same' };
  return { result: 'same', seen: { version: entry.version, as_of: Math.max(as_of, ledger.as_of) } };
}

/** Linked and delivered, when no Ory-id field was set, or another one. */
function lacksOryId(ledger: LedgerRow | undefined, { oryIdField }: MergeRules): boolean {
  if (oryIdField == null || ledger === undefined || ledger.contact_id === null) return false;
  const { outcome, sent, refused } = ledger;
  return (
    DELIVERED.some((one) => one === outcome) &&
    sent[oryIdField] === undefined &&
    refused[oryIdField] === undefined
  );
}

/** Rule 4: nothing changes but, where the entry has more to tell, event and priority. */
function unchanged(entry: PutEntry, row: OutboxRow | undefined): Merge {
  return { result: 'same', ...(row && { row: { ...raised(row, entry), due: false, moved: false } }) };
}

/** The stored snapshot stays, and is to be delivered (again). */
function again(row: OutboxRow, entry: PutEntry): MergedRow {
  return { ...raised(row, entry), id_only: false, due: true, moved: true };
}

/**
 * Older than what waits: dropped, but the event it tells of has happened all the same, and was not delivered yet (rule 6). One
 * that the ledger knows, or knows to be old, has had its delivery.
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

/** Rule 6. */
function raised(row: OutboxRow, entry: PutEntry): Omit<MergedRow, 'due' | 'moved'> {
  return { ...row, ...calling(entry, row) };
}

function calling(entry: PutEntry, row: OutboxRow | undefined): Pick<MergedRow, 'event' | 'priority'> {
  const priority = entry.priority ?? priorityOf(entry.event);
  if (row === undefined) return { event: entry.event, priority };
  return { event: moreTelling(row.event, entry.event), priority: Math.min(row.priority, priority) };
}

function replaced(
  entry: PutEntry,
  as_of: number,
  row: OutboxRow | undefined,
  rules: MergeRules,
): Omit<MergedRow, 'hint' | 'read_first' | 'due' | 'moved'> {
  return {
    ...calling(entry, row),
    payload: entry.payload,
    compare: entry.compare === true || row?.compare === true,
    overwrite: entry.overwrite === true || row?.overwrite === true,
    id_only: false,
    version: entry.version,
    verified: entry.verified,
    as_of,
    addresses_hash: entry.addressesHash,
    content_hash: entry.contentHash,
    profile_hash: entry.profileHash,
    mapping_hash: rules.mappingHash,
    email_key: entry.emailKey,
  };
}
