import { z } from 'zod';
import type { TokenCache, TokenRow } from '../model/token-cache.ts';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

const tokenRow = z.object({
  sealed: z.string().nullable(),
  expiresAt: z.number(),
  accepted: z.boolean(),
  attempts: z.array(z.number()),
  blockedUntil: z.number(),
  dead: z.string().nullable(),
  deadAt: z.number().exactOptional(),
  refreshing: z.object({ by: z.string(), until: z.number() }).nullable(),
}) satisfies z.ZodType<TokenRow>;

const clock = z.object({ now: z.number() });

/** The token cache that all processes on this store share. */
export function tokenCache(store: Store): TokenCache {
  return {
    read: (key) => store.database.read((sql) => readToken(sql, key)),
    update: (key, change) =>
      store.database.write(async (sql) => {
        const before = await readToken(sql, key);
        const { now } = clock.parse((await sql.all(`SELECT ${store.database.can.now} AS now`))[0]);
        const after = change(before, now);
        if (after === undefined) return before;
        await sql.run(
          'INSERT INTO token (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          [key, JSON.stringify(after)],
        );
        return after;
      }),
  };
}

async function readToken(sql: Sql, key: string): Promise<TokenRow | undefined> {
  const row = (await sql.all('SELECT value FROM token WHERE key = $1', [key]))[0];
  return row === undefined ? undefined : tokenRow.parse(JSON.parse(z.string().parse(row['value'])));
}
