import { z } from 'zod';
import type { Store } from './open.ts';

const server = z.object({
  version: z.string(),
  /** It waits for its disk. Without that, a crash of its machine can lose a committed transaction. */
  durable: z.boolean(),
  encrypted: z.boolean(),
  /** On another machine than this one. */
  elsewhere: z.boolean(),
});

/** What an operator should know about the server of a store on Postgres. */
export type Server = z.infer<typeof server>;

/** @throws if the store is on SQLite */
export function readServer(store: Store): Promise<Server> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') = 'on' AS durable,
              COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
              COALESCE(inet_client_addr() <> inet_server_addr(), false) AS elsewhere`,
    );
    return server.parse(rows[0]);
  });
}
