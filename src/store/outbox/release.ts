import type { Failure } from '../../model/outcome.ts';
import { doubtsOf } from '../key/key.ts';
import { freeKeys } from '../key/lease.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { RELEASED } from './row.ts';
import type { Mark } from './row.ts';

type Why = Pick<Failure, 'reason' | 'code' | 'message'>;

/** How a row goes back to waiting without an outcome. */
export interface Release {
  readonly identityId: string;
  /** The marks that stay, in doubt. */
  readonly marks: readonly Mark[];
  /** Due again after this many ms. 0 keeps its due time and age. */
  readonly dueInMs: number;
  /** Zoho said "later" for this record, and why. Counts an attempt (rule 13). */
  readonly later?: Why;
  /** Zoho refused the call with this record, and why. `status` shows it until Zoho is asked again. */
  readonly refused?: Why;
  /**
   * The identity that holds our contact. The row is due after `dueInMs` at the latest, or when that identity
   * settles (rule 21). If left out, the earlier wait does not count, for example after an outage of Zoho in
   * which no row could settle.
   */
  readonly waitsFor?: string;
  /** The unique field whose value that identity has. Left out if the row waits for something else. */
  readonly field?: string;
  /** The earlier wait for that identity does not count. */
  readonly waitsAnew?: true;
  /** The row may only go with this many others (rule 14). */
  readonly batchLimit?: number | undefined;
}

/**
 * Gives rows back that were claimed with these tokens. Rows that another claim holds by now are left alone.
 */
export async function release(store: Store, token: string, rows: readonly Release[]): Promise<void> {
  if (rows.length === 0) return;
  await store.database.write(async (sql) => {
    for (const row of rows) await releaseRow(store, sql, token, row);
  });
}

/** Gives one row back, inside a transaction. */
export async function releaseRow(store: Store, sql: Sql, token: string, row: Release): Promise<void> {
  const { now } = store.database.can;
  const why = row.later ?? row.refused;
  // Zoho has said nothing else about it since.
  const keepsWhy = why === undefined && row.dueInMs === 0 && row.waitsFor === undefined;
  const released = await sql.run(
    `UPDATE outbox
        SET ${RELEASED}, marks = $3,
            due_at = CASE WHEN $4 = 0 THEN due_at ELSE ${now} + $4 END,
            attempts = attempts + $5,
            later_since = CASE WHEN $5 = 0 THEN later_since ELSE COALESCE(later_since, ${now}) END,
            waits_for = $6, waits_reason = NULL, field = $9,
            reason = CASE WHEN $13 = 1 THEN reason ELSE $10 END,
            code = CASE WHEN $13 = 1 THEN code ELSE $11 END,
            message = CASE WHEN $13 = 1 THEN message ELSE $12 END,
            waits_since = CASE WHEN CAST($6 AS TEXT) IS NULL THEN NULL WHEN $8 = 1 THEN ${now}
                               ELSE COALESCE(waits_since, ${now}) END,
            batch_limit = COALESCE($7, batch_limit)
      WHERE identity_id = $1 AND lease_token = $2`,
    [
      row.identityId,
      token,
      JSON.stringify(row.marks),
      row.dueInMs,
      row.later === undefined ? 0 : 1,
      row.waitsFor ?? null,
      row.batchLimit ?? null,
      row.waitsAnew === true ? 1 : 0,
      row.field ?? null,
      why?.reason ?? null,
      why?.code ?? null,
      why?.message ?? null,
      keepsWhy ? 1 : 0,
    ],
  );
  if (released > 0) await freeKeys(store, sql, [row.identityId], doubtsOf(row.identityId, row.marks));
}

/** Gives back all rows of these tokens with their marks, for a stop (rule 32). */
export async function releaseAll(store: Store, tokens: readonly string[]): Promise<void> {
  await store.database.write((sql) =>
    sql.run(
      `UPDATE outbox SET lease_token = NULL, lease_until = NULL WHERE lease_token IN ${store.database.can.texts('$1')}`,
      [JSON.stringify(tokens)],
    ),
  );
}
