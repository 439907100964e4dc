import { z } from 'zod';
import { columnsOf } from '../../engine/columns.ts';
import type { Store } from '../../open.ts';
import { failedWhere } from './failed-filter.ts';
import type { FailedFilter } from './failed-filter.ts';
import { outboxRow } from '../row.ts';

const failedRow = outboxRow
  .pick({ identityId: true, kind: true, event: true, attempts: true, emailKey: true, mappedKey: true })
  .extend({
    reason: z.string(),
    code: z.string().nullable(),
    field: z.string().nullable(),
    message: z.string(),
    /** ms since 1970. */
    failedAt: z.number(),
  });

/** A row that Zoho, or a rule of ours, refused for good. */
export type FailedRow = z.infer<typeof failedRow>;

const failedRecord = failedRow.extend({
  ...outboxRow.pick({ payload: true, mappingHash: true }).shape,
  /** Zoho's item of this record as JSON text, cut to 2,000 characters. */
  answer: z.string().nullable(),
});

/** The same with the identity and Zoho's answer, which are personal data. */
export type FailedRecord = z.infer<typeof failedRecord>;

/** The matching failed rows, newest first. @param limit rows at most */
export function listFailed(store: Store, filter: FailedFilter, limit: number): Promise<FailedRow[]> {
  return select(store, failedRow, filter, limit);
}

/** The same rows with everything that is stored of them. */
export function readFailed(store: Store, filter: FailedFilter, limit: number): Promise<FailedRecord[]> {
  return select(store, failedRecord, filter, limit);
}

function select<Shape extends z.ZodRawShape>(
  store: Store,
  schema: z.ZodObject<Shape>,
  filter: FailedFilter,
  limit: number,
): Promise<z.infer<z.ZodObject<Shape>>[]> {
  const { text, parameters } = failedWhere(filter);
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ${columnsOf(schema)} FROM outbox WHERE ${text}
        ORDER BY failed_at DESC, identity_id LIMIT $${parameters.length + 1}`,
      [...parameters, limit],
    );
    return rows.map((row) => schema.parse(row));
  });
}

const reasonCount = z.object({ reason: z.string(), count: z.number() });

/** How many rows failed for a reason. */
export type ReasonCount = z.infer<typeof reasonCount>;

/** The matching failed rows by reason, the most frequent first. */
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
