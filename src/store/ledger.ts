import { z } from 'zod';
import { columnsOf } from './engine/columns.ts';
import { INCOMPLETE_REASONS } from '../model/incomplete.ts';
import type { IncompleteField } from '../model/incomplete.ts';
import type { Sql } from './engine/sql.ts';
import type { Store } from './open.ts';

const hashes = z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text)));

const incompleteField = z.object({
  field: z.string(),
  reason: z.enum(INCOMPLETE_REASONS),
  message: z.string(),
}) satisfies z.ZodType<IncompleteField>;

const names = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));

export const incompleteFields = z
  .string()
  .transform((text) => incompleteField.array().parse(JSON.parse(text)));

const ledgerRow = z.object({
  identityId: z.string(),
  contactId: z.string().nullable(),
  version: z.number().nullable(),
  verified: z.number(),
  asOf: z.number(),
  addressesHash: z.string().nullable(),
  contentHash: z.string().nullable(),
  profileHash: z.string().nullable(),
  mappingHash: z.string().nullable(),
  /** Field -> HMAC of the value last sent. */
  sent: hashes,
  /** Field -> HMAC of the value Zoho refused. */
  refused: hashes,
  /** Field -> HMAC of Ory's value when `adopt: fill` left the field as it was. */
  kept: hashes,
  /** Whether we made the contact. Null if it was linked before the store kept this. */
  origin: z.enum(['made', 'found']).nullable(),
  /** Fields of the contact that differ from the mapping's values, except refused ones. */
  incomplete: incompleteFields,
  /** Tags we have put on the contact. */
  tags: names,
  /** API names of the fields of the last write. */
  wrote: names,
  /** Fields of the contact that a call for another identity has written. They are written again (rule 21). */
  mixedIn: names,
  /** A contact that has its email and was not taken over (unverified_match). */
  matched: z.string().nullable(),
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  settledAt: z.number().nullable(),
  erasedAt: z.number().nullable(),
  deletedAt: z.number().nullable(),
});

/** Outcomes after which the contact has every field as it should be. */
export const DELIVERED = ['created', 'updated', 'unchanged'] as const;

/** One row for each identity that was ever seen. */
export type LedgerRow = z.infer<typeof ledgerRow>;

const COLUMNS = columnsOf(ledgerRow);

/** The ledger rows of these identities, inside a transaction. */
export async function ledgerRowsOf(
  store: Store,
  sql: Sql,
  identityIds: readonly string[],
): Promise<Map<string, LedgerRow>> {
  const rows = await sql.all(
    `SELECT ${COLUMNS} FROM ledger WHERE identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(identityIds)],
  );
  return new Map(rows.map((row) => ledgerRow.parse(row)).map((row) => [row.identityId, row]));
}

/** The ledger rows of these identities. */
export function readLedger(store: Store, identityIds: readonly string[]): Promise<Map<string, LedgerRow>> {
  return store.database.read((sql) => ledgerRowsOf(store, sql, identityIds));
}

/** The identities to which these contacts are linked: contact id -> identity id. */
export function readOwners(store: Store, contactIds: readonly string[]): Promise<Map<string, string>> {
  return store.database.read((sql) => ownersOf(store, sql, contactIds));
}

const owner = z.object({ contactId: z.string(), identityId: z.string() });

export async function ownersOf(
  store: Store,
  sql: Sql,
  contactIds: readonly string[],
): Promise<Map<string, string>> {
  if (contactIds.length === 0) return new Map();
  const rows = await sql.all(
    `SELECT contact_id, identity_id FROM ledger WHERE contact_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(contactIds)],
  );
  return new Map(rows.map((row) => owner.parse(row)).map((row) => [row.contactId, row.identityId]));
}

/** A strong read has found these identities after all (rule 7). */
export async function unmarkDeleted(store: Store, sql: Sql, identityIds: readonly string[]): Promise<void> {
  await sql.run(
    `UPDATE ledger SET deleted_at = NULL WHERE identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(identityIds)],
  );
}
