import { freeKeys } from '../../key/lease.ts';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import { failedWhere } from './failed-filter.ts';
import type { FailedFilter } from './failed-filter.ts';
import { inSteps } from './failed-steps.ts';
import { rememberDoubts } from '../remember-doubts.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a failed row keeps the personal data in it. */
const KEPT_DAYS = 90;

/**
 * Deletes failed rows with their payload. The ledger keeps their outcome, and what it was that failed: the same again,
 * from a webhook or a scan, does not come in; other content does (rule 4). Erasures stay: they are owed to somebody.
 * A row in doubt stays too: what its call did would be put on another identity. It is asked to find that out now.
 * @returns the identities
 */
export async function discardFailed(store: Store, filter: FailedFilter): Promise<string[]> {
  await settleDoubtsOf(store, filter);
  return inSteps(store, { ...filter, erasures: false, inDoubt: false }, 0, (sql, ids) =>
    drop(store, sql, ids),
  );
}

/**
 * Deletes what has failed for longer than KEPT_DAYS, in the same way. To be called now and then.
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
  // Its contact could not be deleted and stays; the identity is gone from Ory all the same.
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
