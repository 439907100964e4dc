import { readdirSync, readFileSync } from 'node:fs';
import type { World } from '../../model/world.ts';
import { StoreError } from '../../errors.ts';
import { MIGRATION_STEPS } from './migration-steps.ts';
import type { Database, Engine } from './sql.ts';

/** The migrations in order. A file's number is its first four characters, and never changes its meaning. */
export function migrations(engine: Engine): { number: number; name: string; text: string }[] {
  const folder = new URL(`../migrations/${engine}/`, import.meta.url);
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 4)),
      name,
      text: readFileSync(new URL(name, folder), 'utf8'),
    }));
}

/**
 * Brings the store to the newest migration, in one write transaction. So if two processes start at once, the
 * second has nothing left to do.
 * @throws StoreError `broken` if a newer version of ory-zoho has already migrated it further
 */
export async function migrate(database: Database, world: Pick<World, 'bytes'>): Promise<void> {
  const known = migrations(database.engine);
  await database.write(async (sql) => {
    await sql.run(
      'CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)',
    );
    const rows = await sql.all('SELECT number FROM migration ORDER BY number');
    const applied = new Set(rows.map((row) => Number(row['number'])));
    const foreign = [...applied].find((number) => !known.some((migration) => migration.number === number));
    if (foreign !== undefined) {
      throw new StoreError(
        'broken',
        `The store has migration ${foreign}, which this version does not know.`,
        {
          hint: 'Run the newer version of ory-zoho that added it.',
        },
      );
    }
    for (const migration of known) {
      if (applied.has(migration.number)) continue;
      for (const statement of statements(migration.text)) await sql.run(statement);
      await MIGRATION_STEPS.get(migration.number)?.(sql);
      await sql.run(`INSERT INTO migration (number, applied_at) VALUES ($1, ${database.can.now})`, [
        migration.number,
      ]);
    }
    await sql.run(
      `INSERT INTO store (id, hmac_key, born_at) VALUES (1, $1, ${database.can.now}) ON CONFLICT (id) DO NOTHING`,
      [world.bytes(32)],
    );
  });
}

/** Our migrations have no semicolon inside a statement. */
function statements(text: string): string[] {
  return text
    .replaceAll(/--[^\n]*/g, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
