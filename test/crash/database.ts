import { DatabaseSync } from 'node:sqlite';
import type { PostgresServer } from '../postgres-server.ts';

type Rows = readonly { readonly [column: string]: unknown }[];

/** The store's database as a test reads it beside the processes. */
export interface CrashDatabase {
  readonly url: string;
  run(statement: string): Promise<Rows>;
  /**
   * Ends everything that a killed process held: its leases, and its right to request an access token. In
   * reality this takes time.
   */
  forgetTheDead(): Promise<void>;
}

const LEASES = 'UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL';

export function sqliteAt(path: string): CrashDatabase {
  const run = async (statement: string) => {
    const database = new DatabaseSync(path, { timeout: 2_000 });
    try {
      return database.prepare(statement).all();
    } finally {
      database.close();
    }
  };
  return {
    url: `sqlite:${path}`,
    run,
    forgetTheDead: async () => {
      await run(LEASES);
      await run("UPDATE token SET value = json_set(value, '$.refreshing', json('null'))");
    },
  };
}

export async function postgresOn(server: PostgresServer): Promise<CrashDatabase> {
  const url = await server.newDatabase();
  return {
    url,
    run: (statement) => server.run(statement, url),
    forgetTheDead: async () => {
      await server.run(LEASES, url);
      await server.run("UPDATE token SET value = jsonb_set(value::jsonb, '{refreshing}', 'null')::text", url);
    },
  };
}
