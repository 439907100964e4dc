import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import type { Store } from './open.ts';

/** What a store belongs to: its links mean nothing in another Zoho organisation or Ory project. */
export interface Binding {
  /** Accounts host, client id and module. */
  readonly zoho: string;
  /** The Ory project's admin URL; null where none is configured. */
  readonly ory: string | null;
  readonly mappingHash: string;
}

const ownRow = z.object({
  zoho: z.string().nullable(),
  ory: z.string().nullable(),
  mapping_hash: z.string().nullable(),
});

/**
 * Remembers the Zoho connection and the Ory project of the store's first use, and the mapping of the newest start.
 * @returns whether another mapping was in use before (rule 18: say so)
 * @throws ConfigurationError when the store belongs to another connection or project
 */
export function bindStore(store: Store, binding: Binding): Promise<{ mappingChanged: boolean }> {
  return store.database.write(async (sql) => {
    const row = ownRow.parse((await sql.all('SELECT zoho, ory, mapping_hash FROM store WHERE id = 1'))[0]);
    refuseOther('Zoho connection', row.zoho, binding.zoho);
    refuseOther('Ory project', row.ory, binding.ory);
    await sql.run('UPDATE store SET zoho = $1, ory = COALESCE($2, ory), mapping_hash = $3 WHERE id = 1', [
      binding.zoho,
      binding.ory,
      binding.mappingHash,
    ]);
    return { mappingChanged: row.mapping_hash !== null && row.mapping_hash !== binding.mappingHash };
  });
}

function refuseOther(what: string, known: string | null, wanted: string | null): void {
  if (known === null || wanted === null || known === wanted) return;
  throw new ConfigurationError(
    'store_of_another',
    `This store belongs to another ${what}: ${known}, not ${wanted}.`,
    { hint: 'Point DATABASE_URL to a store of its own for each Zoho connection and Ory project.' },
  );
}

const org = z.object({ org: z.string().nullable() });

/**
 * Remembers the Zoho organisation and environment of the store's first delivery.
 * @returns the other one that the store belongs to; undefined: it belongs to this one
 */
export function bindOrg(store: Store, wanted: string): Promise<string | undefined> {
  return store.database.write(async (sql) => {
    const row = org.parse((await sql.all('SELECT org FROM store WHERE id = 1'))[0]);
    if (row.org === null) await sql.run('UPDATE store SET org = $1 WHERE id = 1', [wanted]);
    return row.org === null || row.org === wanted ? undefined : row.org;
  });
}
