import { z } from 'zod';
import { EVENTS, isWebhookEvent } from '../model/event.ts';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

const ownRow = z.object({ oryConfirmed: z.number() });
const idRow = z.object({ identityId: z.string() });

/** `isAnnounced` as an SQL condition on rows of the outbox. */
const ANNOUNCED = `priority = 0 AND event IN (${EVENTS.filter(isWebhookEvent)
  .map((event) => `'${event}'`)
  .join(', ')})`;

/** Whether the admin URL has proved to be the right project. */
export function isOryConfirmed(store: Store): Promise<boolean> {
  return store.database.read((sql) => readConfirmed(sql));
}

async function readConfirmed(sql: Sql): Promise<boolean> {
  return ownRow.parse((await sql.all('SELECT ory_confirmed FROM store WHERE id = 1'))[0]).oryConfirmed === 1;
}

/**
 * Checks whether the admin URL has proved to be the right project: it has returned an identity that is in the
 * ledger, or one that a webhook with the right secret announced. Before that a 404 does not count, because a
 * wrong URL must not mark every identity as deleted.
 * @param seen identities that the admin API has just returned
 */
export function confirmOryProject(store: Store, seen: readonly string[]): Promise<boolean> {
  return store.database.write(async (sql) => {
    if (await readConfirmed(sql)) return true;
    const { texts } = store.database.can;
    const known = await sql.all(
      `SELECT 1 FROM ledger WHERE identity_id IN ${texts('$1')}
        UNION ALL
       SELECT 1 FROM outbox WHERE identity_id IN ${texts('$2')} AND ${ANNOUNCED}
        LIMIT 1`,
      [JSON.stringify(seen), JSON.stringify(seen)],
    );
    if (known.length === 0) return false;
    await sql.run('UPDATE store SET ory_confirmed = 1 WHERE id = 1');
    return true;
  });
}

/**
 * Identities to ask for in order to prove the project: the newest links, and the newest that webhooks
 * announced.
 * @param atMost how many of each kind
 */
export function readProvingIds(store: Store, atMost: number): Promise<string[]> {
  return store.database.read(async (sql) => {
    const linked = await sql.all(
      'SELECT identity_id FROM ledger WHERE contact_id IS NOT NULL ORDER BY linked_at DESC LIMIT $1',
      [atMost],
    );
    const announced = await sql.all(
      `SELECT identity_id FROM outbox WHERE ${ANNOUNCED} ORDER BY put_at DESC LIMIT $1`,
      [atMost],
    );
    return [...new Set([...linked, ...announced].map((row) => idRow.parse(row).identityId))];
  });
}
