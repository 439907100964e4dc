import { z } from 'zod';
import type { Store } from '../open.ts';
import { failedWhere } from './failed-filter.ts';
import type { FailedFilter } from './failed-filter.ts';
import { outboxRow } from './row.ts';

const failedRow = outboxRow
  .pick({
    identity_id: true,
    kind: true,
    event: true,
    payload: true,
    hint: true,
    attempts: true,
    email_key: true,
    mapped_key: true,
    mapping_hash: true,
  })
  .extend({
    reason: z.string(),
    code: z.string().nullable(),
    field: z.string().nullable(),
    message: z.string(),
    /** Zoho's item of this record as JSON text, cut to 2,000 characters. */
    answer: z.string().nullable(),
    /** ms since 1970. */
    failed_at: z.number(),
  });

/** A row that Zoho, or a rule of ours, refused for good. */
export type FailedRow = z.infer<typeof failedRow>;

const COLUMNS = Object.keys(failedRow.shape).join(', ');

/** The failed rows that fit, the newest first. @param limit rows at most */
export function listFailed(store: Store, filter: FailedFilter, limit: number): Promise<FailedRow[]> {
  const { text, parameters } = failedWhere(filter);
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ${COLUMNS} FROM outbox WHERE ${text}
        ORDER BY failed_at DESC, identity_id LIMIT $${parameters.length + 1}`,
      [...parameters, limit],
    );
    return rows.map((row) => failedRow.parse(row));
  });
}

const reasonCount = z.object({ reason: z.string(), count: z.number() });

/** How many rows failed for a reason. */
export type ReasonCount = z.infer<typeof reasonCount>;

/** The failed rows that fit by reason, the most frequent first. */
export function countFailed(store: Store, filter: FailedFilter = {}): Promise<ReasonCount[]> {
  const { text, parameters } = failedWhere(filter);
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT reason, COUNT(*) AS count FROM outbox WHERE ${text}
        GROUP BY reason ORDER BY COUNT(*) DESC, reason`,
      parameters,
    );
    return rows.map((row) => reasonCount.parse(row));
  });
}
