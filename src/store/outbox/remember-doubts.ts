import { z } from 'zod';
import { withSentInDoubt } from '../../model/sent-field.ts';
import { ledgerRowsOf } from '../ledger.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { outboxRow } from './row.ts';

const doubted = z.object({
  identityId: z.string(),
  marks: outboxRow.shape.marks,
  sent: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});

/**
 * Writes to the ledger which fields of linked contacts a call in doubt may have written, according to the
 * marks. Must be called before the rows or the links go. The heir of the contact needs this (rule 21).
 */
export async function rememberDoubts(store: Store, sql: Sql, identityIds: readonly string[]): Promise<void> {
  const rows = await sql.all(
    `SELECT outbox.identity_id, marks, sent FROM outbox JOIN ledger ON ledger.identity_id = outbox.identity_id
      WHERE marks <> '[]' AND contact_id IS NOT NULL AND outbox.identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(identityIds)],
  );
  for (const { identityId, marks, sent } of rows.map((row) => doubted.parse(row))) {
    const fields = marks.flatMap((mark) => mark.fields).filter((name) => !name.includes(':'));
    await sql.run('UPDATE ledger SET sent = $2 WHERE identity_id = $1', [
      identityId,
      JSON.stringify(withSentInDoubt(sent, fields)),
    ]);
  }
}

/** The same for fields that a call for another identity has written: any value in them counts as ours. */
export async function rememberMixedIn(store: Store, sql: Sql, identityId: string): Promise<void> {
  const owner = (await ledgerRowsOf(store, sql, [identityId])).get(identityId);
  if (owner === undefined || owner.mixedIn.length === 0) return;
  const sent = JSON.stringify(withSentInDoubt(owner.sent, owner.mixedIn));
  await sql.run('UPDATE ledger SET sent = $2 WHERE identity_id = $1', [identityId, sent]);
}
