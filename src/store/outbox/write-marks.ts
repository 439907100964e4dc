import { z } from 'zod';
import type { Store } from '../open.ts';
import { holdersOf } from '../key/holders.ts';
import { doubtsOf } from '../key/key.ts';
import { doubtKeys } from '../key/lease.ts';
import { ownersOf } from '../ledger.ts';
import { placeholders } from '../engine/sql.ts';
import type { Sql } from '../engine/sql.ts';
import type { Mark } from './row.ts';

const identity = z.object({ identityId: z.string() });

/** All marks that a row will have: those in doubt and the one of the next call. */
export interface RowMarks {
  readonly identityId: string;
  readonly marks: readonly Mark[];
}

/**
 * Writes what a call is about to send, before the call (rule 11). From now on the emails and contacts in the
 * marks belong to these identities, until an answer comes or the doubt is settled.
 * @returns the identities that may be sent. For the others the lease is lost, or another identity holds what
 * they want
 */
export async function writeMarks(
  store: Store,
  token: string,
  rows: readonly RowMarks[],
): Promise<Set<string>> {
  const held = await store.database.write(async (sql) => {
    const free = await withoutOthersKeys(store, sql, rows);
    if (free.length === 0) return [];
    const marked = await sql.all(
      `UPDATE outbox SET marks = v.column2
         FROM (VALUES ${placeholders(free.length, 2)}) AS v
        WHERE outbox.identity_id = v.column1 AND outbox.lease_token = $${free.length * 2 + 1}
        RETURNING outbox.identity_id AS identity_id`,
      [...free.flatMap((row) => [row.identityId, JSON.stringify(row.marks)]), token],
    );
    const ids = new Set(marked.map((row) => identity.parse(row).identityId));
    const keys = free.filter(({ identityId }) => ids.has(identityId)).flatMap(keysOf);
    await doubtKeys(sql, token, keys);
    return [...ids];
  });
  return new Set(held);
}

function keysOf({ identityId, marks }: RowMarks) {
  return doubtsOf(identityId, marks);
}

/**
 * The last guard: no call carries an email or a contact that another identity holds or that another of its
 * rows carries.
 */
async function withoutOthersKeys(store: Store, sql: Sql, rows: readonly RowMarks[]): Promise<RowMarks[]> {
  const keys = rows.flatMap(keysOf);
  const holders = await holdersOf(
    store,
    sql,
    keys.map(({ key }) => key),
  );
  const contacts = rows.flatMap(({ marks }) => marks.flatMap(({ contact }) => contact ?? []));
  const owners = await ownersOf(store, sql, contacts);
  const taken = new Map<string, string>();
  return rows.filter((row) => {
    const own = keysOf(row);
    const others = holders.some(
      ({ key, identityId }) => identityId !== row.identityId && own.some((one) => one.key === key),
    );
    const linked = row.marks.some(
      ({ contact }) => contact !== undefined && (owners.get(contact) ?? row.identityId) !== row.identityId,
    );
    const twice = own.some(({ key }) => (taken.get(key) ?? row.identityId) !== row.identityId);
    if (others || linked || twice) return false;
    for (const { key } of own) taken.set(key, row.identityId);
    return true;
  });
}
