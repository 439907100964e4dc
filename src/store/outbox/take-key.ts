import { z } from 'zod';
import type { Store } from '../open.ts';

/** A row whose read or mapping yields another email than the one it was put in with. */
export interface WantedKey {
  readonly identityId: string;
  /** Trimmed and lower-cased. */
  readonly key: string;
}

const identity = z.object({ identity_id: z.string() });

/**
 * Takes further email keys for rows of a claim, before anything is looked up or sent under them (rule 10). The key
 * stays on the row: where another lease holds it, the row is claimed again only when that one has settled.
 * @returns the identities that now hold their key; the others must be released
 */
export function takeKeys(store: Store, token: string, wanted: readonly WantedKey[]): Promise<Set<string>> {
  const { now } = store.database.can;
  return store.database.write(async (sql) => {
    const taken = new Set<string>();
    for (const { identityId, key } of wanted) {
      const holders = await sql.all(
        `SELECT identity_id FROM outbox
          WHERE lease_token IS NOT NULL AND lease_until > ${now} AND leased_key = $1 AND identity_id <> $2
          UNION ALL
         SELECT identity_id FROM outbox
          WHERE lease_token IS NOT NULL AND lease_until > ${now} AND mapped_key = $1 AND identity_id <> $2`,
        [key, identityId],
      );
      const rows = await sql.all(
        'UPDATE outbox SET mapped_key = $1 WHERE identity_id = $2 AND lease_token = $3 RETURNING identity_id',
        [key, identityId, token],
      );
      if (holders.length === 0 && rows[0] !== undefined) taken.add(identity.parse(rows[0]).identity_id);
    }
    return taken;
  });
}
