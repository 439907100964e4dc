import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import type { MergeRules, PutEntry } from '../../src/store/outbox/put/put-entry.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { OUTBOX_COLUMNS, outboxRow } from '../../src/store/outbox/row.ts';
import type { Mark, OutboxRow } from '../../src/store/outbox/row.ts';

/** Opens an empty store that ends with the test. */
export type OpenStore = () => Promise<Opened>;

export interface Opened {
  readonly store: Store;
  /** The same store, opened as by another process. */
  readonly another: () => Promise<Store>;
}

export const RULES: MergeRules = { mappingHash: 'mapping', adminReads: false };

export function idOf(person: number): string {
  return `0f1c2d3e-0000-4000-8000-${String(person).padStart(12, '0')}`;
}

/** The sign-up of a person with their own email, as version 1. */
export function entryOf(person: number, change: Partial<PutEntry> = {}): PutEntry {
  return {
    identityId: idOf(person),
    payload: `{"person":${person}}`,
    event: 'registration',
    version: 1,
    verified: 0,
    addressesHash: `addresses of ${person}`,
    contentHash: `content of ${person}`,
    profileHash: `profile of ${person}`,
    emailKey: `person${person}@example.com`,
    ...change,
  };
}

/** A change of that person. */
export function changeOf(person: number, version: number, change: Partial<PutEntry> = {}): PutEntry {
  const contentHash = `content of ${person}, version ${version}`;
  const profileHash = `profile of ${person}, version ${version}`;
  return entryOf(person, { version, contentHash, profileHash, event: 'settings', ...change });
}

export function putPeople(store: Store, ...people: number[]) {
  return put(
    store,
    people.map((person) => entryOf(person)),
    RULES,
  );
}

export function markOf(call: string, change: Partial<Mark> = {}): Mark {
  return { call, fields: ['Email'], key: null, ...change };
}

/** Puts one person in and leases the row. */
export async function claimPerson(store: Store, person = 1): Promise<{ token: string; row: OutboxRow }> {
  await putPeople(store, person);
  const { token, rows } = await claim(store, 100);
  const row = rows.find(({ identityId }) => identityId === idOf(person));
  if (row === undefined) throw new Error('the row was not claimed');
  return { token, row };
}

export function peopleIn(rows: readonly OutboxRow[]): number[] {
  return rows.map(({ identityId }) => Number(identityId.slice(-12)));
}

export async function rowOf(store: Store, person: number): Promise<OutboxRow | undefined> {
  const rows = await all(store, `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE identity_id = $1`, [
    idOf(person),
  ]);
  return rows[0] === undefined ? undefined : outboxRow.parse(rows[0]);
}

export function all(store: Store, text: string, parameters: readonly string[] = []) {
  return store.database.read((sql) => sql.all(text, parameters));
}

/** Changes what no operation of the store can change, for example a row's times. */
export async function tamper(store: Store, person: number, assignments: string): Promise<void> {
  await store.database.write((sql) =>
    sql.run(`UPDATE outbox SET ${assignments} WHERE identity_id = $1`, [idOf(person)]),
  );
}

/** Changes the row as if the process that holds it had died 10 s ago. */
export function runOut(store: Store, person: number): Promise<void> {
  return tamper(store, person, 'lease_until = 1');
}
