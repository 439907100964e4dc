/**
 * A row of the outbox: one identity with something to deliver, or that Zoho refused.
 *
 *   (none) ── put ──> waiting ── claim ──> leased ── settle ──> (gone: delivered, unchanged, skipped)
 *                       ^                   │ ├──── settle ──> failed
 *                       │                   │ └──── settle after a newer put ──> waiting, due now
 *                       ├──── release <─────┘  (paused, later, waiting for another identity, stopping)
 *                       ├──── the lease ran out (crash): claimed again, its marks are in doubt
 *   failed ── put of different content or mapping ──> waiting
 *
 * A `waiting` row is due when `due_at` has come. `leased` is not a separate state: it is `waiting` with an
 * unexpired lease, so nothing needs cleaning up after a crash. A newer put replaces the payload in each state
 * and moves the revision. Only settle, by the holder of the lease, removes a row.
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
 * What a call is about to send for one row, written before the call (rule 11). If a claim finds a mark, its
 * call got no answer, and the mark is in doubt.
 */
const mark = z.object({
  /** Names the call, so that an answer "not done" removes only its own mark. */
  call: z.string(),
  fields: z.array(z.string()),
  /**
   * For a call that may create or adopt a contact: field -> HMAC of the value, which distinguishes its
   * contact from others.
   */
  sent: z.record(z.string(), z.string()).optional(),
  /**
   * The email that the call sends, trimmed and lower-cased. Null if it sends none, or if its contact is known
   * by now. While it is set it is in doubt, and belongs to this identity alone.
   */
  key: z.string().nullable(),
  /** The email exactly as sent, if it differs. */
  email: z.string().optional(),
  /** `duplicate_check_fields` of an upsert, which can be repeated. Left out for an update by id. */
  matchBy: z.array(z.string()).optional(),
  /**
   * The contact that the call writes to, if the identity is not linked yet. It is in doubt, as the key is.
   */
  contact: z.string().optional(),
  /**
   * True: we made that contact, and values written only at creation may still be missing. False: it was
   * found.
   */
  made: z.literal(true).optional(),
  /**
   * The call was answered and cleared the field for another identity. This identity's own value is not there
   * yet (rule 20).
   */
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
  /** A person insists that fields which `adopt: fill` left alone are written too. */
  overwrite: flag,
  /**
   * Only the mapping differs from the last delivery. The contact keeps its fields, and gets only the Ory id
   * (rule 25).
   */
  idOnly: flag,
  version: z.number().nullable(),
  verified: z.number(),
  asOf: z.number(),
  addressesHash: z.string().nullable(),
  contentHash: z.string(),
  profileHash: z.string().nullable(),
  mappingHash: z.string(),
  /** The email as put in, trimmed and lower-cased. Null if it has none. */
  emailKey: z.string().nullable(),
  /** The email from the mapping or a read, if it differs. */
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
  /** The missing thing that only a person can give, as a `Reason` such as needs_coql. */
  waitsReason: z.string().nullable(),
  /** The priority of a row that waits until this row's doubt is settled. Null if none does (rule 10). */
  settleDoubt: z.number().nullable(),
  /** The run of the scan that put the row in or met it (rule 25). */
  scan: z.number().nullable(),
  /**
   * For a delete: what to do with the contact. Null: what the mapping's `deleted` says. For an upsert:
   * `take_over` if a person wants it to have the contact of an existing identity with the same email (rule
   * 21).
   */
  policy: z.enum([...POLICIES, 'take_over']).nullable(),
});
export type OutboxRow = z.infer<typeof outboxRow>;

export const OUTBOX_COLUMNS = columnsOf(outboxRow);

/** SQL for SET: no lease, and no row waits for its doubt any more. */
export const RELEASED = 'lease_token = NULL, lease_until = NULL, settle_doubt = NULL';

/** SQL for SET: no trace of a failure. */
export const NOT_FAILED =
  'reason = NULL, code = NULL, field = NULL, message = NULL, answer = NULL, failed_at = NULL';

/** SQL for SET: it waits for no other identity. */
export const WAITS_FOR_NONE = 'waits_for = NULL, waits_since = NULL';

/** SQL for SET: its batches have not failed (rule 14). */
export const NO_STRIKES = 'strikes = 0, first_strike_at = NULL, batch_limit = 100';

/** SQL: whether the row is without a valid lease. */
export function isFree({ database }: Store, table = 'outbox'): string {
  return `(${table}.lease_until IS NULL OR ${table}.lease_until <= ${database.can.now})`;
}
