import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import { NO_STRIKES, RELEASED, WAITS_FOR_NONE } from '../row.ts';
import type { Mark } from '../row.ts';
import type { Settlement } from './settlement.ts';

/**
 * The row keeps the refused snapshot, which may have been read from Ory, so that a rerun recognizes it (rule
 * 4). If this read found a deleted identity after all, the row is not a deletion any more. Otherwise webhooks
 * would be dropped (rule 7).
 */
export async function fail(
  store: Store,
  sql: Sql,
  { row, failure, marks, waitsFor }: Extract<Settlement, { outcome: 'failed' }>,
): Promise<void> {
  await sql.run(
    `UPDATE outbox
        SET state = 'failed', ${RELEASED}, ${NO_STRIKES}, marks = $2, attempts = attempts + 1, later_since = NULL,
            waits_for = $18, waits_since = NULL, waits_reason = NULL, compare = 0, overwrite = 0, scan = NULL,
            reason = $3, code = $4, field = $5, message = $6, answer = $7, failed_at = ${store.database.can.now},
            payload = $8, hint = $9, read_first = $10, version = $11, verified = $12, as_of = $13,
            content_hash = $14, mapping_hash = $15, kind = $16, policy = $17, id_only = $19,
            addresses_hash = $20, profile_hash = $21
      WHERE identity_id = $1`,
    [
      row.identityId,
      JSON.stringify(marks),
      failure.reason,
      failure.code,
      failure.field,
      failure.message,
      failure.answer,
      row.payload,
      Number(row.hint),
      Number(row.readFirst),
      row.version,
      row.verified,
      row.asOf,
      row.contentHash,
      row.mappingHash,
      row.kind,
      row.policy,
      waitsFor ?? null,
      Number(row.idOnly),
      row.addressesHash,
      row.profileHash,
    ],
  );
}

/** A newer put came during the delivery, so the row can be claimed again at once. */
export async function keepDue(sql: Sql, id: string, marks: readonly Mark[]): Promise<void> {
  await sql.run(
    `UPDATE outbox
        SET ${RELEASED}, ${NO_STRIKES}, ${WAITS_FOR_NONE}, marks = $2, attempts = 0, later_since = NULL, field = NULL,
            waits_reason = NULL, mapped_key = NULL
      WHERE identity_id = $1`,
    [id, JSON.stringify(marks)],
  );
}
