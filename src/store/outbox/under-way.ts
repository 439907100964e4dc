import { z } from 'zod';
import { columnsOf } from '../engine/columns.ts';
import type { Store } from '../open.ts';
import { outboxRow } from './row.ts';

const underWay = outboxRow
  .pick({
    identityId: true,
    kind: true,
    state: true,
    contentHash: true,
    mappingHash: true,
    marks: true,
    waitsFor: true,
  })
  .extend({
    /** Zoho has delayed this record (locked, in approval), and it is not due yet. */
    putOff: z.number().transform((value) => value === 1),
    /** For a failed row: a `Reason`, its field, and Zoho's or our own words. */
    reason: z.string().nullable(),
    field: z.string().nullable(),
    message: z.string().nullable(),
  });

/** An identity's row in the outbox, waiting or failed. */
export type UnderWay = z.infer<typeof underWay>;

const COLUMNS = columnsOf(underWay.omit({ putOff: true }));

/** The identities among these that have a row in the outbox. */
export function readUnderWay(store: Store, identityIds: readonly string[]): Promise<Map<string, UnderWay>> {
  const { now, texts } = store.database.can;
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ${COLUMNS},
              CASE WHEN state = 'waiting' AND later_since IS NOT NULL AND due_at > ${now} THEN 1 ELSE 0 END AS put_off
         FROM outbox WHERE identity_id IN ${texts('$1')}`,
      [JSON.stringify(identityIds)],
    );
    return new Map(rows.map((row) => underWay.parse(row)).map((row) => [row.identityId, row]));
  });
}
