import { describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../ledger.ts';
import { mergePut } from './merge.ts';
import type { Merge } from './merge.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import type { OutboxRow } from '../row.ts';

const ID = '0f1c2d3e-0000-4000-8000-000000000001';
/** The number that every put below draws, which is later than everything stored. */
const NOW = 100;

/** Versions so far apart that they show the order: 2 s. */
const S = 2_000_000;

const WEBHOOKS_ONLY: MergeRules = { mappingHash: 'mapping', adminReads: false };
const WITH_ADMIN: MergeRules = { mappingHash: 'mapping', adminReads: true };

/** A webhook of version 5. */
function entry(change: Partial<PutEntry> = {}): PutEntry {
  return {
    identityId: ID,
    payload: '{"new":true}',
    event: 'settings',
    version: 5 * S,
    verified: 0,
    addressesHash: 'addresses',
    contentHash: 'new',
    profileHash: 'new profile',
    emailKey: 'new@example.com',
    ...change,
  };
}

const hint = (change: Partial<PutEntry> = {}) => entry({ version: null, ...change });
const read = (readAsOf: number, change: Partial<PutEntry> = {}) => entry({ readAsOf, ...change });

/** A waiting row of version 5, put in as number 10. */
function row(change: Partial<OutboxRow> = {}): OutboxRow {
  return {
    identityId: ID,
    kind: 'upsert',
    state: 'waiting',
    event: 'settings',
    priority: 0,
    payload: '{"old":true}',
    hint: false,
    readFirst: false,
    compare: false,
    overwrite: false,
    idOnly: false,
    version: 5 * S,
    verified: 0,
    asOf: 10,
    addressesHash: 'addresses',
    contentHash: 'old',
    profileHash: 'old profile',
    mappingHash: 'mapping',
    emailKey: 'old@example.com',
    mappedKey: null,
    revision: 10,
    putAt: 0,
    dueAt: 0,
    marks: [],
    strikes: 0,
    firstStrikeAt: null,
    batchLimit: 100,
    attempts: 0,
    laterSince: null,
    waitsFor: null,
    waitsSince: null,
    waitsReason: null,
    settleDoubt: null,
    scan: null,
    policy: null,
    ...change,
  };
}

const failed = (change: Partial<OutboxRow> = {}) => row({ state: 'failed', ...change });
const waitingHint = (change: Partial<OutboxRow> = {}) =>
  row({ hint: true, readFirst: true, version: null, ...change });

/** Version 5 was delivered, put in as number 10. */
function ledger(change: Partial<LedgerRow> = {}): LedgerRow {
  return {
    identityId: ID,
    contactId: '1',
    version: 5 * S,
    verified: 0,
    asOf: 10,
    addressesHash: 'addresses',
    contentHash: 'old',
    profileHash: 'old profile',
    mappingHash: 'mapping',
    sent: {},
    refused: {},
    kept: {},
    incomplete: [],
    origin: 'made',
    tags: [],
    wrote: [],
    mixedIn: [],
    matched: null,
    outcome: 'updated',
    reason: null,
    settledAt: 1,
    erasedAt: null,
    deletedAt: null,
    ...change,
  };
}

interface Case {
  readonly says: string;
  readonly entry: PutEntry;
  readonly row?: OutboxRow;
  readonly ledger?: LedgerRow;
  readonly rules?: MergeRules;
  readonly result: Merge['result'];
  /** What the written row must have. Null means that no row is written. */
  readonly writes: object | null;
}

/** The new snapshot is stored and due. A delivery under way no longer has the newest data. */
const NEW = { payload: '{"new":true}', contentHash: 'new', due: true, moved: true };
/** The old snapshot is stored, and its due time has not changed. */
const OLD = { payload: '{"old":true}', contentHash: 'old', due: false, moved: false };

describe.each<[string, Case[]]>([
  [
    'Rules 1 and 3: which webhook is newer',
    [
      { says: 'the first of an identity goes in', entry: entry(), result: 'put', writes: NEW },
      {
        says: 'a newer one replaces the waiting one',
        entry: entry({ version: 6 * S }),
        row: row(),
        result: 'put',
        writes: { ...NEW, version: 6 * S },
      },
      {
        says: 'an older one is dropped',
        entry: entry({ version: 4 * S }),
        row: row(),
        result: 'older',
        writes: null,
      },
      {
        says: 'of one version, more verified addresses are newer',
        entry: entry({ verified: 1 }),
        row: row(),
        result: 'put',
        writes: { ...NEW, verified: 1 },
      },
      {
        says: 'of one version, fewer verified addresses are older',
        entry: entry({ verified: 0 }),
        row: row({ verified: 1 }),
        result: 'older',
        writes: null,
      },
      {
        says: 'of one version, fewer verified addresses are not older if the addresses differ (a new email)',
        entry: entry({ verified: 0, addressesHash: 'new addresses' }),
        row: row({ verified: 1 }),
        result: 'put',
        writes: { ...NEW, addressesHash: 'new addresses', profileHash: 'new profile' },
      },
      {
        says: 'nor if the last delivery had other addresses',
        entry: entry({ verified: 0, addressesHash: 'new addresses' }),
        ledger: ledger({ verified: 1 }),
        result: 'put',
        writes: NEW,
      },
      {
        says: 'nor if the addresses of the last delivery are unknown (a store of an older version)',
        entry: entry({ verified: 0 }),
        ledger: ledger({ verified: 1, addressesHash: null, profileHash: null }),
        result: 'put',
        writes: NEW,
      },
      {
        says: 'the version counts before the verified addresses',
        entry: entry({ version: 6 * S, verified: 0 }),
        row: row({ verified: 2 }),
        result: 'put',
        writes: NEW,
      },
      {
        says: 'of one version and count, the later arrival wins',
        entry: entry(),
        row: row(),
        result: 'put',
        writes: { ...NEW, asOf: NOW },
      },
      {
        says: 'a late retry of something older than the last delivery is dropped',
        entry: entry({ version: 4 * S }),
        ledger: ledger(),
        result: 'older',
        writes: null,
      },
      {
        says: 'older than a skipped one is dropped too',
        entry: entry({ version: 4 * S }),
        ledger: ledger({ outcome: 'skipped', contactId: null }),
        result: 'older',
        writes: null,
      },
      {
        says: 'newer than the waiting row but older than the ledger is dropped',
        entry: entry({ version: 5 * S }),
        row: row({ version: 4 * S }),
        ledger: ledger({ version: 6 * S }),
        result: 'older',
        writes: null,
      },
      {
        says: 'newer than the last delivery goes in',
        entry: entry({ version: 6 * S }),
        ledger: ledger(),
        result: 'put',
        writes: NEW,
      },
      {
        says: 'a ledger row that was never delivered (only a link) stops nothing',
        entry: entry(),
        ledger: ledger({ version: null, asOf: 0, contentHash: null, mappingHash: null, settledAt: null }),
        result: 'put',
        writes: NEW,
      },
    ],
  ],
  [
    'Rule 1: which of two changes Ory has kept is unclear, and the admin API can answer',
    [
      {
        says: 'of one version and other content: read first (updated_at never moves in Ory Kratos 1.0 to 1.3.1)',
        entry: entry(),
        row: row(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: true },
      },
      {
        says: 'of one version and other content than was delivered: read first',
        entry: entry(),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: true },
      },
      {
        says: 'less than 2 s newer than the waiting row: read first',
        entry: entry({ version: 6 * S - 1 }),
        row: row(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, version: 6 * S - 1, readFirst: true },
      },
      {
        says: '2 s newer: the times decide',
        entry: entry({ version: 6 * S }),
        row: row(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: false },
      },
      {
        says: 'less than 2 s older than the waiting row: that one is read first, by a read that begins later',
        entry: entry({ version: 4 * S + 1 }),
        row: row(),
        rules: WITH_ADMIN,
        result: 'read_first',
        writes: { ...OLD, version: 5 * S, readFirst: true, asOf: NOW, due: true, moved: true },
      },
      {
        says: 'less than 2 s older than what was delivered: put in, to be read',
        entry: entry({ version: 4 * S + 1 }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: true },
      },
      {
        says: '2 s older is dropped',
        entry: entry({ version: 4 * S }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'older',
        writes: null,
      },
      {
        says: 'close to what was delivered, but older than what waits: dropped',
        entry: entry({ version: 5 * S }),
        row: row({ version: 7 * S }),
        ledger: ledger({ version: 5 * S }),
        rules: WITH_ADMIN,
        result: 'older',
        writes: null,
      },
      {
        says: 'a verification alone needs no read',
        entry: entry({ verified: 1, profileHash: 'old profile' }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, profileHash: 'old profile', readFirst: false },
      },
      {
        says: 'a verification that comes with another name is read first',
        entry: entry({ verified: 1 }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: true },
      },
      {
        says: 'fewer verified addresses and another name: read first instead of dropped',
        entry: entry(),
        row: row({ verified: 1 }),
        rules: WITH_ADMIN,
        result: 'read_first',
        writes: { ...OLD, readFirst: true, due: true, moved: true },
      },
      {
        says: 'fewer verified addresses and nothing else is older',
        entry: entry({ profileHash: 'old profile' }),
        row: row({ verified: 1 }),
        rules: WITH_ADMIN,
        result: 'older',
        writes: null,
      },
      {
        says: 'a new password moves the version, and needs no read',
        entry: entry({ version: 5 * S + 1, contentHash: 'old', profileHash: 'old profile' }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { readFirst: false },
      },
      {
        says: 'if the delivered profile is unknown (a store of an older version), other content is read first',
        entry: entry({ version: 5 * S + 1 }),
        ledger: ledger({ profileHash: null }),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: true },
      },
      {
        says: 'a read begun after it needs no second read',
        entry: read(NOW),
        row: row({ readFirst: true }),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, readFirst: false },
      },
      {
        says: 'without the admin API the times decide, and if they are equal the later arrival',
        entry: entry({ version: 5 * S - 1 }),
        row: row(),
        result: 'older',
        writes: null,
      },
    ],
  ],
  [
    'Rule 2: strong reads',
    [
      {
        says: 'a waiting read corrects a clock that was ahead: a later webhook is read instead of compared with that clock',
        entry: entry({ version: 7 * S }),
        row: row({ asOf: 20 }),
        ledger: ledger({ version: 9 * S }),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, asOf: NOW, readFirst: true },
      },
      {
        says: 'a webhook older than that read is still dropped',
        entry: entry({ version: 3 * S }),
        row: row({ asOf: 20 }),
        ledger: ledger({ version: 9 * S }),
        rules: WITH_ADMIN,
        result: 'older',
        writes: null,
      },
      {
        says: 'one begun after the row arrived wins, although its updated_at is lower',
        entry: read(11, { version: 4 * S }),
        row: row(),
        result: 'put',
        writes: { ...NEW, version: 4 * S, asOf: 11 },
      },
      {
        says: 'one begun after the last delivery was put in wins, although its updated_at is lower',
        entry: read(11, { version: 4 * S }),
        ledger: ledger(),
        result: 'put',
        writes: { ...NEW, version: 4 * S },
      },
      {
        says: 'one begun before the row arrived is judged by its version: older',
        entry: read(9, { version: 4 * S }),
        row: row(),
        result: 'older',
        writes: null,
      },
      {
        says: 'one begun before the row arrived is judged by its version: newer',
        entry: read(9, { version: 6 * S }),
        row: row(),
        result: 'put',
        writes: { ...NEW, asOf: 9 },
      },
      {
        says: 'one begun before the row arrived, of the same version and other content, is older',
        entry: read(9),
        row: row(),
        result: 'older',
        writes: null,
      },
      {
        says: 'one that saw what is waiting changes nothing',
        entry: read(11, { contentHash: 'old' }),
        row: row(),
        result: 'same',
        writes: OLD,
      },
      {
        says: 'a webhook after a read is judged by its version',
        entry: entry({ version: 4 * S }),
        row: row({ asOf: 90 }),
        result: 'older',
        writes: null,
      },
      {
        says: 'one begun between the last delivery and the waiting row is judged by the version of the row',
        entry: read(15, { version: 6 * S }),
        row: row({ asOf: 20, version: 7 * S }),
        ledger: ledger(),
        result: 'older',
        writes: null,
      },
    ],
  ],
  [
    'Rule 4: nothing new',
    [
      {
        says: 'the same again changes nothing',
        entry: entry({ contentHash: 'old' }),
        row: row(),
        result: 'same',
        writes: OLD,
      },
      {
        says: 'what was delivered is not put in again',
        entry: entry({ contentHash: 'old' }),
        ledger: ledger(),
        result: 'same',
        writes: null,
      },
      {
        says: 'the same from a source with more priority raises the row',
        entry: entry({ contentHash: 'old', event: 'settings' }),
        row: row({ event: 'backfill', priority: 3 }),
        result: 'same',
        writes: { ...OLD, priority: 0, event: 'settings' },
      },
      {
        says: 'the same from a source with less priority does not lower it',
        entry: entry({ contentHash: 'old', event: 'backfill' }),
        row: row(),
        result: 'same',
        writes: { ...OLD, priority: 0 },
      },
      {
        says: 'under a changed mapping the same goes in again',
        entry: entry({ contentHash: 'old' }),
        ledger: ledger({ mappingHash: 'another' }),
        result: 'put',
        writes: { contentHash: 'old', mappingHash: 'mapping', due: true },
      },
      {
        says: 'to be compared with Zoho it always goes in',
        entry: entry({ contentHash: 'old', compare: true, event: 'sync' }),
        ledger: ledger(),
        result: 'put',
        writes: { compare: true, due: true },
      },
      {
        says: 'a snapshot to be compared makes the waiting row compare',
        entry: entry({ contentHash: 'old', compare: true, event: 'sync' }),
        row: row(),
        result: 'put',
        writes: { compare: true, due: true, moved: true },
      },
      {
        says: 'a webhook keeps the flag to compare',
        entry: entry({ version: 6 * S }),
        row: row({ compare: true }),
        result: 'put',
        writes: { ...NEW, compare: true },
      },
      {
        says: 'one older than the waiting row still makes that row compare',
        entry: read(9, { version: 4 * S, compare: true, event: 'sync' }),
        row: row(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { payload: '{"old":true}', version: 5 * S, compare: true, due: true, moved: true },
      },
      {
        says: 'one older than a delivery meanwhile is read again before it is compared',
        entry: read(9, { version: 4 * S, compare: true, event: 'sync' }),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { compare: true, readFirst: true, due: true },
      },
    ],
  ],
  [
    'Rule 4: a failed row',
    [
      {
        says: 'stays failed when the same comes again',
        entry: entry({ contentHash: 'old' }),
        row: failed(),
        result: 'same',
        writes: OLD,
      },
      {
        says: 'stays failed when a newer version has the same content',
        entry: entry({ contentHash: 'old', version: 6 * S }),
        row: failed(),
        result: 'same',
        writes: { due: false, moved: false, version: 6 * S, asOf: NOW },
      },
      {
        says: 'stays failed when a scan reads the same again',
        entry: read(50, { contentHash: 'old', event: 'reconcile' }),
        row: failed(),
        result: 'same',
        writes: OLD,
      },
      {
        says: 'stays failed when the same hint comes again',
        entry: hint({ contentHash: 'old' }),
        row: failed({ hint: true, version: null }),
        rules: WITH_ADMIN,
        result: 'same',
        writes: OLD,
      },
      {
        says: 'revives on different content',
        entry: entry({ version: 6 * S }),
        row: failed(),
        result: 'put',
        writes: NEW,
      },
      {
        says: 'revives under a changed mapping',
        entry: entry({ contentHash: 'old' }),
        row: failed({ mappingHash: 'another' }),
        result: 'put',
        writes: { due: true, moved: true },
      },
      {
        says: 'revives when it is to be compared',
        entry: read(50, { contentHash: 'old', compare: true, event: 'sync' }),
        row: failed(),
        result: 'put',
        writes: { compare: true, due: true, moved: true },
      },
      {
        says: 'is not revived by an older one',
        entry: entry({ version: 4 * S }),
        row: failed(),
        result: 'older',
        writes: null,
      },
    ],
  ],
  [
    'Rule 5: hints, with the admin API',
    [
      {
        says: 'the first is to be read before delivery',
        entry: hint(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, hint: true, readFirst: true, version: null },
      },
      {
        says: 'on a full snapshot it only asks for a read',
        entry: hint(),
        row: row(),
        rules: WITH_ADMIN,
        result: 'read_first',
        writes: {
          payload: '{"old":true}',
          hint: false,
          readFirst: true,
          version: 5 * S,
          asOf: NOW,
          due: true,
          moved: true,
        },
      },
      {
        says: 'the same hint again may stand for a change it does not show (a verified address), so it is read again',
        entry: hint({ contentHash: 'old' }),
        row: waitingHint(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { readFirst: true, asOf: NOW, due: true, moved: true },
      },
      {
        says: 'after a delivery it goes in, to be read',
        entry: hint(),
        ledger: ledger(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { hint: true, readFirst: true, version: 5 * S },
      },
      {
        says: 'a full webhook on a waiting hint is still read first',
        entry: entry(),
        row: waitingHint(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, hint: false, readFirst: true, version: 5 * S },
      },
      {
        says: 'a read begun after the hint answers it',
        entry: read(11),
        row: waitingHint(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { ...NEW, hint: false, readFirst: false },
      },
      {
        says: 'a read begun before the hint does not, because it may have seen less',
        entry: read(9),
        row: waitingHint(),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { hint: false, readFirst: true, asOf: 10 },
      },
      {
        says: 'a read with nothing new still answers the hint',
        entry: read(11, { contentHash: 'old' }),
        row: row({ readFirst: true }),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { readFirst: false },
      },
      {
        says: 'the same webhook again does not undo "read first"',
        entry: entry({ contentHash: 'old' }),
        row: row({ readFirst: true }),
        rules: WITH_ADMIN,
        result: 'put',
        writes: { readFirst: true },
      },
    ],
  ],
  [
    'Rule 5: hints, without the admin API',
    [
      {
        says: 'arrival decides: it replaces a full snapshot and keeps its version',
        entry: hint(),
        row: row(),
        result: 'put',
        writes: { ...NEW, hint: true, readFirst: false, version: 5 * S },
      },
      {
        says: 'the same again changes nothing',
        entry: hint({ contentHash: 'old' }),
        row: row({ hint: true, version: null }),
        result: 'same',
        writes: OLD,
      },
      {
        says: 'what was delivered is not put in again',
        entry: hint({ contentHash: 'old' }),
        ledger: ledger({ version: null }),
        result: 'same',
        writes: null,
      },
      {
        says: 'a full webhook replaces it',
        entry: entry(),
        row: row({ hint: true, version: null }),
        result: 'put',
        writes: { ...NEW, hint: false, readFirst: false, version: 5 * S },
      },
      {
        says: 'an older webhook than the version it kept is dropped',
        entry: entry({ version: 4 * S }),
        row: row({ hint: true, version: 5 * S }),
        result: 'older',
        writes: null,
      },
    ],
  ],
  [
    'Rule 6: events merge to the most telling',
    [
      {
        says: 'settings after registration stay a registration',
        entry: entry({ version: 6 * S }),
        row: row({ event: 'registration' }),
        result: 'put',
        writes: { event: 'registration', priority: 0 },
      },
      {
        says: 'a registration after settings makes it a registration',
        entry: entry({ version: 6 * S, event: 'registration' }),
        row: row(),
        result: 'put',
        writes: { event: 'registration' },
      },
      {
        says: 'a backfill does not silence a waiting sign-up',
        entry: read(50, { event: 'backfill' }),
        row: row({ event: 'registration' }),
        result: 'put',
        writes: { ...NEW, event: 'registration', priority: 0 },
      },
      {
        says: 'verification is more telling than login',
        entry: entry({ version: 6 * S, event: 'login' }),
        row: row({ event: 'verification' }),
        result: 'put',
        writes: { event: 'verification' },
      },
      {
        says: 'sync goes before reconcile, reconcile before backfill',
        entry: read(50, { event: 'reconcile' }),
        row: row({ event: 'backfill', priority: 3 }),
        result: 'put',
        writes: { event: 'reconcile', priority: 2 },
      },
      {
        says: 'a sign-up that only a scan has seen goes after webhooks',
        entry: read(50, { event: 'registration', priority: 2 }),
        result: 'put',
        writes: { event: 'registration', priority: 2 },
      },
      {
        says: 'a webhook moves it to the front, and it stays a sign-up',
        entry: entry({ version: 6 * S }),
        row: row({ event: 'registration', priority: 2 }),
        result: 'put',
        writes: { event: 'registration', priority: 0 },
      },
      {
        says: 'a scan that meets a waiting webhook leaves its priority',
        entry: read(50, { event: 'registration', priority: 2 }),
        row: row(),
        result: 'put',
        writes: { event: 'registration', priority: 0 },
      },
      {
        says: 'a late sign-up counts as one, after a backfill has read something newer',
        entry: entry({ version: 3 * S, event: 'registration' }),
        row: row({ event: 'backfill', priority: 3 }),
        result: 'older',
        writes: { payload: '{"old":true}', event: 'registration', priority: 0, due: false, moved: false },
      },
      {
        says: 'a sign-up that was delivered before does not count again',
        entry: entry({ version: 3 * S, event: 'registration' }),
        row: row({ event: 'backfill', priority: 3 }),
        ledger: ledger({ version: 3 * S, contentHash: 'new' }),
        result: 'older',
        writes: null,
      },
      {
        says: 'a delivered event is not used again',
        entry: entry({ version: 6 * S, event: 'login' }),
        ledger: ledger(),
        result: 'put',
        writes: { event: 'login' },
      },
    ],
  ],
  [
    'Rule 7: erased and deleted',
    [
      {
        says: 'an erased identity takes nothing in, not even a read',
        entry: read(50),
        ledger: ledger({ erasedAt: 1 }),
        result: 'erased',
        writes: null,
      },
      {
        says: 'nor while its erasure waits',
        entry: entry({ version: 6 * S }),
        row: row({ kind: 'erase' }),
        result: 'erased',
        writes: null,
      },
      {
        says: 'an erased identity takes no comparison in either',
        entry: read(50, { compare: true, event: 'sync' }),
        ledger: ledger({ erasedAt: 1 }),
        result: 'erased',
        writes: null,
      },
      {
        says: 'a webhook of a deleted identity is late',
        entry: entry({ version: 6 * S }),
        ledger: ledger({ deletedAt: 1 }),
        result: 'deleted',
        writes: null,
      },
      {
        says: 'a hint of a deleted identity is late too',
        entry: hint(),
        ledger: ledger({ deletedAt: 1 }),
        rules: WITH_ADMIN,
        result: 'deleted',
        writes: null,
      },
      {
        says: 'a webhook does not cancel a waiting delete',
        entry: entry({ version: 6 * S }),
        row: row({ kind: 'delete' }),
        result: 'deleted',
        writes: null,
      },
      {
        says: 'a strong read that finds it cancels the delete',
        entry: read(50, { contentHash: 'old' }),
        row: row({ kind: 'delete' }),
        result: 'put',
        writes: { due: true, moved: true },
      },
      {
        says: 'a strong read begun before it was found gone proves nothing',
        entry: read(9, { contentHash: 'old' }),
        row: row({ kind: 'delete' }),
        result: 'deleted',
        writes: null,
      },
      {
        says: 'nor does one begun before its deletion was delivered',
        entry: read(9, { contentHash: 'old' }),
        ledger: ledger({ deletedAt: 1 }),
        result: 'deleted',
        writes: null,
      },
      {
        says: 'a strong read that finds it removes the mark, although nothing else is new',
        entry: read(50, { contentHash: 'old' }),
        ledger: ledger({ deletedAt: 1 }),
        result: 'put',
        writes: { due: true },
      },
    ],
  ],
])('%s', (_rule, cases) => {
  test.each(cases)('$says', (one) => {
    const merge = mergePut(one.entry, NOW, one.row, one.ledger, one.rules ?? WEBHOOKS_ONLY);
    expect(merge.result).toBe(one.result);
    if (one.writes === null) expect(merge.row).toBeUndefined();
    else expect(merge.row).toMatchObject(one.writes);
  });
});

test('Rule 7: only a strong read reports that a deleted identity was found', () => {
  const marked = ledger({ deletedAt: 1 });
  expect(mergePut(read(50), NOW, undefined, marked, WITH_ADMIN).found).toBe(true);
  expect(mergePut(read(50), NOW, undefined, ledger(), WITH_ADMIN).found).toBeUndefined();
  expect(mergePut(entry(), NOW, undefined, marked, WITH_ADMIN).found).toBeUndefined();
});

describe('Rules 4 and 25: what was delivered by an older mapping', () => {
  const WITH_ID: MergeRules = { ...WITH_ADMIN, oryIdField: 'Ory_Id' };
  const older = (change: Partial<LedgerRow> = {}) => ledger({ mappingHash: 'older', ...change });
  const scanned = (change: Partial<PutEntry> = {}) =>
    read(50, { event: 'reconcile', contentHash: 'old', mappingMayDiffer: true, ...change });
  const idOnly = (change: Partial<OutboxRow> = {}) => row({ idOnly: true, mappingHash: 'older', ...change });
  const PASSED = { result: 'same' };
  const WHOLE = { result: 'put', row: { idOnly: false, mappingHash: 'mapping', due: true } };
  const ALONE = { result: 'put', row: { idOnly: true, mappingHash: 'older', due: true } };

  test.each<[string, PutEntry, OutboxRow | undefined, LedgerRow, MergeRules, object]>([
    [
      'a webhook that repeats it goes in',
      entry({ contentHash: 'old' }),
      undefined,
      older(),
      WITH_ADMIN,
      WHOLE,
    ],
    ['so does a backfill', read(50, { contentHash: 'old' }), undefined, older(), WITH_ADMIN, WHOLE],
    ['a scan passes over it', scanned(), undefined, older(), WITH_ADMIN, PASSED],
    [
      'a scan that sees a newer version notes it in the ledger, for late webhooks',
      scanned({ version: 6 }),
      undefined,
      older(),
      WITH_ADMIN,
      { result: 'same', seen: { version: 6, asOf: 50 } },
    ],
    ['a scan puts in other content', scanned({ contentHash: 'new' }), undefined, older(), WITH_ADMIN, WHOLE],
    ['a scan puts in a verification', scanned({ verified: 1 }), undefined, older(), WITH_ADMIN, WHOLE],
    [
      'a scan puts in a snapshot that no mapping has delivered',
      scanned(),
      undefined,
      ledger({ mappingHash: null }),
      WITH_ADMIN,
      WHOLE,
    ],
    ['a scan revives a failed row', scanned(), failed({ mappingHash: 'older' }), older(), WITH_ADMIN, WHOLE],
    ['a scan puts in the Ory id alone', scanned(), undefined, older(), WITH_ID, ALONE],
    ['but once', scanned(), undefined, older({ sent: { Ory_Id: 'h' } }), WITH_ID, PASSED],
    [
      'but not if Zoho refuses it',
      scanned(),
      undefined,
      older({ refused: { Ory_Id: 'h' } }),
      WITH_ID,
      PASSED,
    ],
    ['nor without a contact', scanned(), undefined, older({ contactId: null }), WITH_ID, PASSED],
    ['nor if the identity is excluded', scanned(), undefined, older({ outcome: 'skipped' }), WITH_ID, PASSED],
    ['nor while its row waits', scanned(), idOnly(), older(), WITH_ID, PASSED],
    ['nor after its row has failed', scanned(), idOnly({ state: 'failed' }), older(), WITH_ID, PASSED],
    [
      'a webhook makes an id-only row whole',
      entry({ contentHash: 'old' }),
      idOnly(),
      older(),
      WITH_ID,
      WHOLE,
    ],
    ['and revives it', entry({ contentHash: 'old' }), idOnly({ state: 'failed' }), older(), WITH_ID, WHOLE],
    [
      'a hint makes an id-only row whole',
      hint(),
      idOnly(),
      older(),
      WITH_ID,
      { result: 'read_first', row: { idOnly: false } },
    ],
    [
      'under the same mapping any put brings the id',
      entry({ contentHash: 'old' }),
      undefined,
      ledger(),
      WITH_ID,
      WHOLE,
    ],
  ])('%s', (_what, one, stored, known, rules, expected) => {
    expect(mergePut(one, NOW, stored, known, rules)).toMatchObject(expected);
  });

  test('a snapshot that a scan passes over writes no row', () => {
    expect(mergePut(scanned(), NOW, undefined, older(), WITH_ADMIN)).toEqual(PASSED);
    expect(mergePut(scanned(), NOW, idOnly(), older(), WITH_ID)).toEqual(PASSED);
  });
});
