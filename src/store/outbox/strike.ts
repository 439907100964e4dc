import type { Store } from '../open.ts';

/**
 * Counts a strike: a batch of these rows failed as a whole, and a later write of other rows was answered
 * (rule 14).
 */
export async function strike(store: Store, identityIds: readonly string[]): Promise<void> {
  const { now, texts } = store.database.can;
  await store.database.write((sql) =>
    sql.run(
      `UPDATE outbox SET strikes = strikes + 1, first_strike_at = COALESCE(first_strike_at, ${now})
        WHERE identity_id IN ${texts('$1')}`,
      [JSON.stringify(identityIds)],
    ),
  );
}
