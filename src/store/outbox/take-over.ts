import { leaveHeritage } from '../heritage.ts';
import { freeLink } from '../ledger.ts';
import type { Store } from '../open.ts';

/**
 * Takes the link from a living identity, because a person wants another to have its contact (rule 21). What it sends
 * next is its own again: nothing it sent before counts.
 * @returns false, and nothing is changed, when something waits to be delivered for it
 */
export function unlinkLiving(store: Store, identityId: string): Promise<boolean> {
  return store.database.write(async (sql) => {
    const pending = await sql.all("SELECT 1 FROM outbox WHERE identity_id = $1 AND state = 'waiting'", [
      identityId,
    ]);
    if (pending.length > 0) return false;
    await leaveHeritage(store, sql, identityId);
    await sql.run(
      `UPDATE ledger SET contact_id = NULL, linked_at = NULL, sent = '{}', refused = '{}',
              kept = '{}', incomplete = '[]', origin = NULL, tags = '[]', wrote = '[]',
              content_hash = NULL, mapping_hash = NULL, outcome = 'skipped', reason = 'email_taken'
        WHERE identity_id = $1`,
      [identityId],
    );
    await freeLink(store, sql, identityId);
    return true;
  });
}
