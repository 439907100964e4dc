import { freeKeys } from '../../key/lease.ts';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import { failedWhere } from './failed-filter.ts';
import type { FailedFilter } from './failed-filter.ts';
import { inSteps } from './failed-steps.ts';
import { rememberDoubts } from '../remember-doubts.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a failed row keeps its personal data. */
const KEPT_DAYS = 90;

/**
 * Deletes failed rows with their payload. The ledger keeps the outcome and what failed, so the same content
 * from a webhook or a scan does not come in again, but other content does (rule 4). Erasures stay, because
 * they were promised. A row in doubt stays too, because the result of its call could otherwise go to another
 * identity. It is asked to settle the doubt now.
 * @returns the identities
 */
export async function discardFailed(store: Store, filter: FailedFilter): Promise<string[]> {
  await settleDoubtsOf(store, filter);
  return inSteps(store, { ...filter, erasures: false, inDoubt: false }, 0, (sql, ids) =>
    drop(store, sql, ids),
  );
}

/**
 * Deletes rows that failed more than KEPT_DAYS ago, in the same way. To be called from time to time.
 * @returns how many rows
 */
export async function expireFailed(store: Store): Promise<number> {
  const expired = await inSteps(store, { erasures: false, inDoubt: false }, KEPT_DAYS * DAY_MS, (sql, ids) =>
    drop(store, sql, ids),
  );
  return expired.length;
}

async function settleDoubtsOf(store: Store, filter: FailedFilter): Promise<void> {
  const { text, parameters } = failedWhere({ ...filter, inDoubt: true });
  await store.database.write((sql) =>
    sql.run(`UPDATE outbox SET settle_doubt = 0 WHERE ${text}`, parameters),
  );
}

async function drop(store: Store, sql: Sql, ids: readonly string[]): Promise<void> {
  const { now, texts } = store.database.can;
  const parameters = [JSON.stringify(ids)];
  await sql.run(
    `UPDATE ledger
        SET version = failed.version, verified = failed.verified, as_of = failed.as_of,
            addresses_hash = failed.addresses_hash, content_hash = failed.content_hash,
            profile_hash = failed.profile_hash, mapping_hash = failed.mapping_hash
       FROM outbox AS failed
      WHERE failed.identity_id = ledger.identity_id AND failed.kind = 'upsert'
        AND ledger.identity_id IN ${texts('$1')}`,
    parameters,
  );
  // Its contact could not be deleted and stays, but the identity is gone from Ory.
  await sql.run(
    `UPDATE ledger SET deleted_at = ${now}
      WHERE identity_id IN ${texts('$1')}
        AND identity_id IN (SELECT identity_id FROM outbox WHERE kind = 'delete')`,
    parameters,
  );
  await rememberDoubts(store, sql, ids);
  await freeKeys(store, sql, ids, []);
  await sql.run(`DELETE FROM outbox WHERE identity_id IN ${texts('$1')}`, parameters);
}
