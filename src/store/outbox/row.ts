/**
 * A row of the outbox: one identity with something to deliver, or that Zoho refused.
 *
 *   (none) ── put ──> waiting ── claim ──> leased ── settle ──> (gone: delivered, unchanged, skipped)
 *                        ^                   │ ├──── settle ──> failed
 *                        │                   │ └──── settle, the revision moved meanwhile ──> waiting, due now
 *                        ├──── release <─────┘  (paused, later, waiting for another identity, stopping)
 *                        ├──── the lease ran out (crash): claimed again, its marks are in doubt
 *   failed ── put of different content or mapping ──> waiting
 *
 * `waiting` is due when `due_at` has come. `leased` is waiting with a lease that has not run out; it is not a state of
 * its own, so that a crash needs nobody to clean up. A newer put replaces the payload in each state and moves the
 * revision. Only settle, by the holder of the lease, removes a row.
 */
import { z } from 'zod';
import { columnsOf } from '../engine/columns.ts';
import type { Event } from '../../model/event.ts';
import { EVENTS } from '../../model/event.ts';
import { POLICIES } from '../../model/policy.ts';
import type { Store } from '../open.ts';

/** Leases last this long and are renewed every 3 s (rule 9). */
export const LEASE_MS = 10_000;

/**
 * What a call is about to send for one row, written before the call (rule 11). A mark that a claim finds belongs to a
 * call without an answer: it is in doubt.
 */
const mark = z.object({
  /** Names the call, so that an answer "not done" removes only its own mark. */
  call: z.string(),
  fields: z.array(z.string()),
  /** Of a call that may make a contact, or adopt one: field -> HMAC of the value, which tells its contact from another's. */
  sent: z.record(z.string(), z.string()).optional(),
  /**
   * The email that the call sends, trimmed and lower-cased. Null: it sends none, or it is known by now which contact has it.
   * While it is there it is in doubt, and belongs to this identity alone.
   */
  key: z.string().nullable(),
  /** The same as sent, where it differs. */
  email: z.string().optional(),
  /** `duplicate_check_fields` of an upsert: the call can be repeated. Left out: it was an update by id. */
  matchBy: z.array(z.string()).optional(),
  /** The contact that the call writes to, of an identity that is not linked yet. In doubt, as the key is. */
  contact: z.string().optional(),
  /** We made that contact, and what is written on creation only may still be missing; else it was found. */
  made: z.literal(true).optional(),
  /** The call was answered: it cleared its field for another identity, and the value of this one is not there yet (rule 20). */
  cleared: z.literal(true).optional(),
});
export type Mark = z.infer<typeof mark>;

/** Marks as the store keeps them: JSON text. */
export const marksText = z.string().transform((text) => z.array(mark).parse(JSON.parse(text)));

const flag = z.number().transform((value) => value === 1);

export const outboxRow = z.object({
  identityId: z.string(),
  kind: z.enum(['upsert', 'delete', 'erase']),
  state: z.enum(['waiting', 'failed']),
  event: z.enum(EVENTS) satisfies z.ZodType<Event>,
  priority: z.number(),
  payload: z.string().nullable(),
  hint: flag,
  readFirst: flag,
  compare: flag,
  /** A person insists: fields that `adopt: fill` left alone are written too. */
  overwrite: flag,
  /** Only the mapping differs from what was delivered: the contact keeps its fields, and gets the Ory id alone (rule 25). */
  idOnly: flag,
  version: z.number().nullable(),
  verified: z.number(),
  asOf: z.number(),
  addressesHash: z.string().nullable(),
  contentHash: z.string(),
  profileHash: z.string().nullable(),
  mappingHash: z.string(),
  /** The email as put in, trimmed and lower-cased; null = it has none. */
  emailKey: z.string().nullable(),
  /** The same of the email that the mapping or a read yields, where it differs. */
  mappedKey: z.string().nullable(),
  revision: z.number(),
  putAt: z.number(),
  dueAt: z.number(),
  marks: marksText,
  strikes: z.number(),
  firstStrikeAt: z.number().nullable(),
  batchLimit: z.number(),
  attempts: z.number(),
  laterSince: z.number().nullable(),
  waitsFor: z.string().nullable(),
  waitsSince: z.number().nullable(),
  /** What only a person can give is missing: a `Reason` such as needs_coql. */
  waitsReason: z.string().nullable(),
  /** The priority of a row that waits until this row's doubt is settled; null = none does (rule 10). */
  settleDoubt: z.number().nullable(),
  /** The run of the scan that put the row in or met it (rule 25). */
  scan: z.number().nullable(),
  /**
   * Of a delete: what is to become of the contact; null = what the mapping's `deleted` says. Of an upsert `take_over`:
   * a person wants it to have the contact of a living identity with the same email (rule 21).
   */
  policy: z.enum([...POLICIES, 'take_over']).nullable(),
});
export type OutboxRow = z.infer<typeof outboxRow>;

export const OUTBOX_COLUMNS = columnsOf(outboxRow);

/** SQL for SET: no lease, and nothing waits for its doubt any more. */
export const RELEASED = 'lease_token = NULL, lease_until = NULL, settle_doubt = NULL';

/** SQL for SET: no trace of a failure. */
export const NOT_FAILED =
  'reason = NULL, code = NULL, field = NULL, message = NULL, answer = NULL, failed_at = NULL';

/** SQL for SET: it waits for no other identity. */
export const WAITS_FOR_NONE = 'waits_for = NULL, waits_since = NULL';

/** SQL for SET: its batches have not failed (rule 14). */
export const NO_STRIKES = 'strikes = 0, first_strike_at = NULL, batch_limit = 100';

/** SQL: whether no process holds a lease on the row. */
export function isFree({ database }: Store, table = 'outbox'): string {
  return `(${table}.lease_until IS NULL OR ${table}.lease_until <= ${database.can.now})`;
}
