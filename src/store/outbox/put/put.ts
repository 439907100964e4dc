import type { Store } from '../../open.ts';
import { ledgerRowsOf, unmarkDeleted } from '../../ledger.ts';
import { drawRevisions } from '../../revision.ts';
import { placeholders } from '../../engine/sql.ts';
import type { Sql, SqlValue } from '../../engine/sql.ts';
import { mergePut } from './merge.ts';
import type { Merge } from './merge.ts';
import type { MergedRow } from './merged-row.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import type { PutResult } from '../../../model/outcome.ts';
import { NOT_FAILED, OUTBOX_COLUMNS, outboxRow } from '../row.ts';
import type { OutboxRow } from '../row.ts';

/** Transactions stay this small, so that other writers get their turn (rule 25). */
export const PUT_AT_MOST = 100;

/**
 * Puts snapshots in, in one transaction and in their order. This is the only way into the outbox. Several
 * snapshots of one identity are merged as if they had come one by one.
 * @param entries PUT_AT_MOST at most
 * @returns the result of each entry, in their order
 * @throws StoreError. Then nothing was put in
 */
export function put(store: Store, entries: readonly PutEntry[], rules: MergeRules): Promise<PutResult[]> {
  return store.database.write((sql) => putIn(store, sql, entries, rules));
}

/** The same inside a transaction. */
export async function putIn(
  store: Store,
  sql: Sql,
  entries: readonly PutEntry[],
  rules: MergeRules,
): Promise<PutResult[]> {
  const ids = [...new Set(entries.map((entry) => entry.identityId))];
  const rows = await outboxRowsOf(store, sql, ids);
  const ledger = await ledgerRowsOf(store, sql, ids);
  const last = await drawRevisions(sql, entries.length);

  const results: PutResult[] = [];
  const changed = new Map<string, { merged: MergedRow; revision: number }>();
  const found: string[] = [];
  const seen = new Map<string, NonNullable<Merge['seen']>>();
  for (const [index, entry] of entries.entries()) {
    const number = last - entries.length + index + 1;
    const id = entry.identityId;
    const merge = mergePut(entry, number, rows.get(id), ledger.get(id), rules);
    const { result, row, found: alive } = merge;
    results.push(result);
    if (alive === true) found.push(id);
    if (merge.seen !== undefined) seen.set(id, merge.seen);
    if (row === undefined) continue;
    const revision = row.moved ? number : (rows.get(id)?.revision ?? number);
    // A later entry of the same group must not hide that an earlier one made the row due.
    const merged = { ...row, due: row.due || changed.get(id)?.merged.due === true };
    changed.set(id, { merged, revision });
    rows.set(id, asStored(id, merged, revision, rows.get(id)));
  }
  await write(store, sql, changed);
  if (found.length > 0) await unmarkDeleted(store, sql, found);
  for (const [id, { version, asOf }] of seen) {
    await sql.run('UPDATE ledger SET version = $2, as_of = $3 WHERE identity_id = $1', [id, version, asOf]);
  }
  return results;
}

async function outboxRowsOf(store: Store, sql: Sql, ids: readonly string[]): Promise<Map<string, OutboxRow>> {
  const rows = await sql.all(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(ids)],
  );
  return new Map(rows.map((row) => outboxRow.parse(row)).map((row) => [row.identityId, row]));
}

/** The row as the next entry of the same group finds it. */
function asStored(
  identityId: string,
  merged: MergedRow,
  revision: number,
  before: OutboxRow | undefined,
): OutboxRow {
  const fresh = {
    putAt: 0,
    dueAt: 0,
    mappedKey: null,
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
  };
  const state = merged.due ? 'waiting' : (before?.state ?? 'waiting');
  return { ...fresh, ...before, ...merged, identityId, kind: 'upsert', state, revision };
}

/** Columns in the order in which `values` returns them. */
const WRITTEN = [
  'identity_id',
  'event',
  'priority',
  'payload',
  'hint',
  'read_first',
  'compare',
  'overwrite',
  'id_only',
  'version',
  'verified',
  'as_of',
  'addresses_hash',
  'content_hash',
  'profile_hash',
  'mapping_hash',
  'email_key',
  'revision',
];

function values(id: string, row: MergedRow, revision: number): SqlValue[] {
  return [
    id,
    row.event,
    row.priority,
    row.payload,
    Number(row.hint),
    Number(row.readFirst),
    Number(row.compare),
    Number(row.overwrite),
    Number(row.idOnly),
    row.version,
    row.verified,
    row.asOf,
    row.addressesHash,
    row.contentHash,
    row.profileHash,
    row.mappingHash,
    row.emailKey,
    revision,
  ];
}

async function write(
  store: Store,
  sql: Sql,
  changed: ReadonlyMap<string, { merged: MergedRow; revision: number }>,
): Promise<void> {
  // A row that becomes due and a row whose due time stays set different columns.
  for (const due of [true, false]) {
    const rows = [...changed].filter(([, { merged }]) => merged.due === due);
    if (rows.length === 0) continue;
    await sql.run(
      writeStatement(rows.length, due, store.database.can.now),
      rows.flatMap(([id, { merged, revision }]) => values(id, merged, revision)),
    );
  }
}

function writeStatement(rows: number, due: boolean, now: string): string {
  const assignments = WRITTEN.slice(1).map((column) => `${column} = excluded.${column}`);
  if (due) {
    assignments.push(
      "kind = 'upsert', policy = NULL",
      "state = 'waiting'",
      "waits_for = CASE WHEN outbox.state = 'failed' THEN NULL ELSE outbox.waits_for END",
      "put_at = CASE WHEN outbox.state = 'failed' THEN excluded.put_at ELSE outbox.put_at END",
      // A row that is already due keeps its age, so that an identity that changes often does not wait longer.
      `due_at = CASE WHEN outbox.state = 'waiting' AND outbox.due_at < excluded.due_at
                     THEN outbox.due_at ELSE excluded.due_at END`,
      NOT_FAILED,
    );
  }
  return `
    INSERT INTO outbox (${WRITTEN.join(', ')}, kind, state, put_at, due_at, marks)
    VALUES ${placeholders(rows, WRITTEN.length, `, 'upsert', 'waiting', ${now}, ${now}, '[]'`)}
    ON CONFLICT (identity_id) DO UPDATE SET ${assignments.join(', ')}`;
}
