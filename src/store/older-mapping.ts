import { z } from 'zod';
import type { Store } from './open.ts';

/** How much of a mapping's hash the indexes of migration 0006 contain. */
const LENGTH = 16;

const count = z.object({ n: z.number() });

/** How much an older mapping has delivered (rule 25). */
export interface OlderMapping {
  /** Linked contacts whose fields come from another mapping. */
  readonly contacts: number;
  /** Identities without a contact that another mapping has left out. */
  readonly skipped: number;
}

/**
 * Counts what a backfill would decide anew because the mapping has changed. Identities that are gone or
 * erased do not count, nor do those that Zoho refuses under the mapping in use, because they have failed. The
 * query reads ranges of two indexes. It costs nothing if no row is older, and well under a second for a
 * million rows.
 * @param mappingHash of the mapping in use
 */
export function countOlderMapping(store: Store, mappingHash: string): Promise<OlderMapping> {
  const own = mappingHash.slice(0, LENGTH);
  const hash = `substr(mapping_hash, 1, ${LENGTH})`;
  const here = 'deleted_at IS NULL AND erased_at IS NULL';
  const beside = (what: string) =>
    `(SELECT COUNT(*) FROM ledger WHERE ${what} AND ${here} AND ${hash} < $1)
     + (SELECT COUNT(*) FROM ledger WHERE ${what} AND ${here} AND ${hash} > $1)`;
  return store.database.read(async (sql) => {
    const counted = async (query: string, ...more: string[]) =>
      count.parse((await sql.all(`SELECT ${query} AS n`, [own, ...more]))[0]).n;
    const contacts = await counted(beside('contact_id IS NOT NULL'));
    const refused = await counted(
      `(SELECT COUNT(*) FROM outbox JOIN ledger ON ledger.identity_id = outbox.identity_id
         WHERE outbox.state = 'failed' AND outbox.mapping_hash = $2 AND ledger.contact_id IS NOT NULL
           AND ${here} AND substr(ledger.mapping_hash, 1, ${LENGTH}) <> $1)`,
      mappingHash,
    );
    const skipped = await counted(beside("contact_id IS NULL AND outcome = 'skipped'"));
    return { contacts: contacts - refused, skipped };
  });
}
