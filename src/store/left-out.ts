import { z } from 'zod';
import { incompleteFields } from './ledger.ts';
import type { Store } from './open.ts';

const leftOut = z.object({
  identityId: z.string(),
  contactId: z.string().nullable(),
  /** API names of the fields. */
  refused: z
    .string()
    .transform((text) => Object.keys(z.record(z.string(), z.string()).parse(JSON.parse(text)))),
  /** Fields that differ from the mapping's values, except refused ones. */
  incomplete: incompleteFields,
  /** ms since 1970. */
  settledAt: z.number().nullable(),
});

/**
 * An identity whose contact lacks values or has them cut. This is about single fields, not a failed record.
 */
export type LeftOut = z.infer<typeof leftOut>;

/** Selects identities. A filter that is left out does not matter. */
export interface LeftOutFilter {
  readonly identityId?: string | undefined;
  /** API name. */
  readonly field?: string | undefined;
}

/** How many rows are read at once. The field is then searched for in these rows. */
const PAGE = 500;

/** The identities with fields that were refused, left out or cut, by id. @param limit identities at most */
export async function listLeftOut(
  store: Store,
  { identityId, field }: LeftOutFilter,
  limit: number,
): Promise<LeftOut[]> {
  const found: LeftOut[] = [];
  let after = '';
  while (found.length < limit) {
    const page = await readPage(store, after, identityId);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.identityId;
    found.push(...page.filter((row) => field === undefined || fieldsOf(row).includes(field)));
  }
  return found.slice(0, limit);
}

function fieldsOf({ refused, incomplete }: LeftOut): string[] {
  return [...refused, ...incomplete.map(({ field }) => field)];
}

function readPage(store: Store, after: string, identityId: string | undefined): Promise<LeftOut[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, contact_id, refused, incomplete, settled_at FROM ledger
        WHERE (refused <> '{}' OR incomplete <> '[]') AND identity_id > $1 ${identityId === undefined ? '' : 'AND identity_id = $2'}
        ORDER BY identity_id LIMIT ${PAGE}`,
      identityId === undefined ? [after] : [after, identityId],
    );
    return rows.map((row) => leftOut.parse(row));
  });
}

/**
 * Forgets which values Zoho refused for these identities, so their next delivery sends them again (rule 18).
 */
export async function forgetRefused(store: Store, identityIds: readonly string[]): Promise<void> {
  await store.database.write((sql) =>
    sql.run(`UPDATE ledger SET refused = '{}' WHERE identity_id IN ${store.database.can.texts('$1')}`, [
      JSON.stringify(identityIds),
    ]),
  );
}
