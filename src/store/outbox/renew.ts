import { z } from 'zod';
import type { Store } from '../open.ts';
import { LEASE_MS } from './row.ts';

const held = z.object({ leaseToken: z.string() });

/**
 * Renews all leases of these tokens in one statement, however many rows (rule 9).
 * @returns the tokens that still hold a row
 */
export async function renew(store: Store, tokens: readonly string[]): Promise<Set<string>> {
  const { now, texts } = store.database.can;
  const rows = await store.database.write((sql) =>
    sql.all(
      `UPDATE outbox SET lease_until = ${now} + ${LEASE_MS}
        WHERE lease_token IN ${texts('$1')} RETURNING lease_token`,
      [JSON.stringify(tokens)],
    ),
  );
  return new Set(rows.map((row) => held.parse(row).leaseToken));
}
