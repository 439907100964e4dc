import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

/** What a store is bound to. Its links mean nothing in another Zoho organization or Ory project. */
export interface Binding {
  /** Accounts host, client id and module. */
  readonly zoho: string;
  /** The normalized admin URL of the Ory project (`normalAdminUrl`). Null if none is configured. */
  readonly ory: string | null;
  readonly mappingHash: string;
}

const bound = z.object({
  zoho: z.string().nullable(),
  org: z.string().nullable(),
  ory: z.string().nullable(),
  mappingHash: z.string().nullable(),
});

/**
 * Saves the Zoho connection and the Ory project of the store's first use, and the mapping of the newest
 * start. An Ory address that is already saved stays, because only Ory can tell whether another one leads to
 * the same project.
 * @returns whether another mapping was in use before, which the caller must log (rule 18)
 * @throws ConfigurationError when the store belongs to another Zoho connection
 */
export function bindStore(store: Store, binding: Binding): Promise<{ mappingChanged: boolean }> {
  return store.database.write(async (sql) => {
    const row = await boundIn(sql);
    refuseOtherZoho(row.zoho, binding.zoho);
    await sql.run('UPDATE store SET zoho = $1, ory = COALESCE(ory, $2), mapping_hash = $3 WHERE id = 1', [
      binding.zoho,
      binding.ory,
      binding.mappingHash,
    ]);
    return { mappingChanged: row.mappingHash !== null && row.mappingHash !== binding.mappingHash };
  });
}

/** @throws ConfigurationError unless they are the same, or none is known */
export function refuseOtherZoho(known: string | null, wanted: string): void {
  if (known === null || known === wanted) return;
  throw new ConfigurationError(
    'store_of_another',
    `This store belongs to another Zoho connection: ${known}, not ${wanted}.`,
    { hint: 'Use a separate store (DATABASE_URL) for each Zoho connection and Ory project.' },
  );
}

/** The Zoho connection to which `bindStore` has bound the store. Null before its first use. */
export async function readBoundZoho(store: Store): Promise<string | null> {
  return (await readBound(store)).zoho;
}

/** The address of the Ory project that the store belongs to. Null before its first use. */
export async function readBoundOry(store: Store): Promise<string | null> {
  return (await readBound(store)).ory;
}

/** The number (Zoho's `zgid`) of the organization that the store belongs to. Undefined if it is not known. */
export async function readBoundOrgNumber(store: Store): Promise<string | undefined> {
  return (await readBound(store)).org?.split(' ')[0];
}

/**
 * Binds the store to another address of Ory. The project then has to be proved anew.
 * @param from the address that it is bound to now
 * @returns false, with nothing changed, if it is bound to another address by now
 */
export async function rebindOry(store: Store, from: string | null, to: string): Promise<boolean> {
  const changed = await store.database.write((sql) =>
    from === null
      ? sql.run('UPDATE store SET ory = $1, ory_confirmed = 0 WHERE id = 1 AND ory IS NULL', [to])
      : sql.run('UPDATE store SET ory = $1, ory_confirmed = 0 WHERE id = 1 AND ory = $2', [to, from]),
  );
  return changed > 0;
}

/**
 * Saves the Zoho organization and environment of the store's first delivery.
 * @returns the organization that the store belongs to, if it is another one
 */
export function bindOrg(store: Store, wanted: string): Promise<string | undefined> {
  return store.database.write(async (sql) => {
    const row = await boundIn(sql);
    if (row.org === null) await sql.run('UPDATE store SET org = $1 WHERE id = 1', [wanted]);
    return row.org === null || row.org === wanted ? undefined : row.org;
  });
}

function readBound(store: Store): Promise<z.infer<typeof bound>> {
  return store.database.read(boundIn);
}

async function boundIn(sql: Sql): Promise<z.infer<typeof bound>> {
  return bound.parse((await sql.all('SELECT zoho, org, ory, mapping_hash FROM store WHERE id = 1'))[0]);
}
