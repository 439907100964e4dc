/** Rows that Zoho refuses because another identity's contact has their value of a unique field (rule 20). */
import { z } from 'zod';
import { writeLinkedEmails } from '../key/linked.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { releaseRow } from './release.ts';
import { outboxRow } from './row.ts';
import type { Mark } from './row.ts';
import { dueAgain, wakeFreed, wakeWaiting } from './wake.ts';

/** A leased row, and the identity whose contact has its value. */
export interface Refused {
  readonly identityId: string;
  /** API name of the unique field. */
  readonly field: string;
  readonly ownerId: string;
}

/**
 * How the other identity relates to the row. `waits`: it needs nothing from this one. `ring`: it waits for
 * this one in the same field, directly or through others. `settled`: it has been delivered since the call was
 * made.
 */
export type Standing = 'waits' | 'ring' | 'settled';

/** A ring of more identities than this is not recognized, and all of them fail. */
const RING_AT_MOST = 10;

/**
 * Notes on each row which identity it waits for, one after the other. So of two rows that refuse each other,
 * in any process, the second one sees the ring. The note is removed when that identity settles.
 * @param startedAt when the refused calls began, by `World.ticks`
 */
export function noteRefused(
  store: Store,
  token: string,
  refused: readonly Refused[],
  startedAt: number,
): Promise<Map<string, Standing>> {
  if (refused.length === 0) return Promise.resolve(new Map());
  return store.database.write(async (sql) => {
    const standings = new Map<string, Standing>();
    for (const one of refused) {
      await sql.run(
        'UPDATE outbox SET waits_for = $3, field = $4 WHERE identity_id = $1 AND lease_token = $2',
        [one.identityId, token, one.ownerId, one.field],
      );
      if (await closesRing(sql, one)) standings.set(one.identityId, 'ring');
      else {
        const settled = await hasSettledSince(store, sql, one.ownerId, store.world.ticks() - startedAt);
        standings.set(one.identityId, settled ? 'settled' : 'waits');
      }
    }
    return standings;
  });
}

const waiting = z.object({ waitsFor: z.string() });

async function closesRing(sql: Sql, { identityId, field, ownerId }: Refused): Promise<boolean> {
  let next = ownerId;
  for (let length = 1; length < RING_AT_MOST; length += 1) {
    const rows = await sql.all(
      'SELECT waits_for FROM outbox WHERE identity_id = $1 AND field = $2 AND waits_for IS NOT NULL',
      [next, field],
    );
    if (rows[0] === undefined) return false;
    next = waiting.parse(rows[0]).waitsFor;
    if (next === identityId) return true;
  }
  return false;
}

/** Delivered at least in part, so the value may be free by now. */
async function hasSettledSince(store: Store, sql: Sql, identityId: string, ms: number): Promise<boolean> {
  const rows = await sql.all(
    `SELECT 1 FROM ledger WHERE identity_id = $1 AND settled_at >= ${store.database.can.now} - $2
        AND (outcome <> 'failed' OR wrote <> '[]')`,
    [identityId, Math.ceil(ms)],
  );
  return rows.length > 0;
}

/** A row that gives its old value up before it has the new one. */
export interface GivingWay extends Refused {
  /** All marks that stay, including the one that says what was cleared. */
  readonly marks: readonly Mark[];
  /** After this time at the latest it looks again. */
  readonly dueInMs: number;
  /** True: cleared just now. False: cleared before, and the new value is not there yet. */
  readonly justCleared: boolean;
}

const partner = outboxRow.pick({ identityId: true, marks: true });
const noted = z.object({ waitsFor: z.string().nullable() });

/**
 * Gives a row back whose field has been cleared for another identity. It waits for the identity that has its
 * value. Rows that wait for this one are due now. If the field was cleared before, only failed rows are due
 * that have not given way themselves, so that two which Zoho keeps refusing do not wake each other for ever.
 */
export async function giveWay(store: Store, token: string, row: GivingWay): Promise<void> {
  const { identityId, field } = row;
  await store.database.write(async (sql) => {
    const [found] = await sql.all(
      'SELECT waits_for FROM outbox WHERE identity_id = $1 AND lease_token = $2',
      [identityId, token],
    );
    if (found === undefined) return;
    const ownerSettled = noted.parse(found).waitsFor === null;
    await releaseRow(store, sql, token, {
      identityId,
      marks: row.marks,
      dueInMs: ownerSettled ? 0 : row.dueInMs,
      waitsFor: row.ownerId,
      field,
    });
    if (!row.justCleared) return wakeUncleared(store, sql, row);
    if (field === 'Email') await writeLinkedEmails(store, sql, [{ identityId, emailHash: null }]);
    await wakeWaiting(store, sql, [identityId]);
    await wakeFreed(store, sql, [identityId]);
  });
}

async function wakeUncleared(store: Store, sql: Sql, { identityId, field }: Refused): Promise<void> {
  const rows = await sql.all(
    "SELECT identity_id, marks FROM outbox WHERE state = 'failed' AND waits_for = $1 AND field = $2",
    [identityId, field],
  );
  const uncleared = rows.map((row) => partner.parse(row)).filter(({ marks }) => !isCleared(marks, field));
  await sql.run(
    `UPDATE outbox SET ${dueAgain(store)} WHERE identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(uncleared.map(({ identityId }) => identityId))],
  );
}

/** Whether the field was cleared for another identity, and its value has not been written since. */
export function isCleared(marks: readonly Mark[], field: string): boolean {
  return marks.some(({ cleared, fields }) => cleared === true && fields.includes(field));
}
