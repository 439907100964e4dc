import { z } from 'zod';
import { columnsOf } from '../engine/columns.ts';
import { leftOutOf, refusedField } from '../../model/incomplete.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import type { Outcome } from '../../model/outcome.ts';
import { ledgerRowsOf } from '../ledger.ts';
import type { LedgerRow } from '../ledger.ts';
import type { Store } from '../open.ts';
import { outboxRow } from './row.ts';

/** The outcome of an identity that was put in, whichever process delivered it. */
export interface SettledOutcome {
  readonly is: 'settled';
  /** Null if it left the outbox before anything was delivered. */
  readonly outcome: Outcome | null;
  /** A `Reason`, if it was skipped or failed. */
  readonly reason: string | null;
  /**
   * The linked contact, or for an identity skipped as unverified_match the contact that was not taken over.
   */
  readonly contactId: string | null;
  /** Fields of the last write. */
  readonly wrote: readonly string[];
  /** Fields that the contact lacks, because Zoho refused them or the value does not fit. */
  readonly leftOut: readonly string[];
  /** Fields that differ from the mapping's values, and why. They include those of `leftOut`. */
  readonly incomplete: readonly IncompleteField[];
  /** The field that a failure is about, and Zoho's or our own words for it. */
  readonly field: string | null;
  readonly message: string | null;
}

export interface WaitingOutcome {
  readonly is: 'waiting';
  /** The identity that holds its contact (rule 21). */
  readonly waitsFor: string | null;
  /** How often Zoho has delayed this record (rule 13). */
  readonly putOff: number;
  /**
   * The missing thing that only a person can give, as a `Reason` such as needs_coql. Null while the row is
   * due, because it is about to be tried.
   */
  readonly reason: string | null;
  /** Zoho's code and words, if it refused the last call with this record, or put it off. */
  readonly refusal: string | null;
}

export type PutOutcome = SettledOutcome | WaitingOutcome;

const outcomeName = z.enum(['created', 'updated', 'unchanged', 'skipped', 'failed']).nullable();

const rowSchema = outboxRow
  .pick({ identityId: true, state: true, waitsFor: true, attempts: true, waitsReason: true })
  .extend({
    reason: z.string().nullable(),
    code: z.string().nullable(),
    field: z.string().nullable(),
    message: z.string().nullable(),
  });

const COLUMNS = columnsOf(rowSchema);
const foundSchema = rowSchema.extend({ resting: z.number() });
type Row = z.infer<typeof foundSchema>;

/** The state of identities that have been put in. A settled outcome is at least as new as the put. */
export function readOutcomes(store: Store, identityIds: readonly string[]): Promise<Map<string, PutOutcome>> {
  return store.database.read(async (sql) => {
    const found = await sql.all(
      `SELECT ${COLUMNS}, CASE WHEN due_at > ${store.database.can.now} THEN 1 ELSE 0 END AS resting
         FROM outbox WHERE identity_id IN ${store.database.can.texts('$1')}`,
      [JSON.stringify(identityIds)],
    );
    const rows = new Map(found.map((row) => foundSchema.parse(row)).map((row) => [row.identityId, row]));
    const ledger = await ledgerRowsOf(store, sql, identityIds);
    return new Map(identityIds.map((id) => [id, outcomeOf(rows.get(id), ledger.get(id))]));
  });
}

function outcomeOf(row: Row | undefined, ledger: LedgerRow | undefined): PutOutcome {
  const incomplete = [...Object.keys(ledger?.refused ?? {}).map(refusedField), ...(ledger?.incomplete ?? [])];
  const written = {
    contactId: ledger?.contactId ?? ledger?.matched ?? null,
    wrote: ledger?.wrote ?? [],
    leftOut: leftOutOf(incomplete),
    incomplete,
    field: null,
    message: null,
  };
  // Nothing more is delivered for an erased identity (rule 7).
  if (ledger?.erasedAt != null) return { is: 'settled', outcome: 'skipped', reason: 'erased', ...written };
  if (row?.state === 'waiting') {
    const { waitsFor, attempts: putOff } = row;
    const reason = row.resting === 1 ? row.waitsReason : null;
    const refusal = row.reason === null ? null : [row.code, row.message].filter(Boolean).join(': ');
    return { is: 'waiting', waitsFor, putOff, reason, refusal };
  }
  if (row !== undefined) {
    const { reason, field, message } = row;
    return { is: 'settled', outcome: 'failed', reason, ...written, field, message };
  }
  const outcome = outcomeName.parse(ledger?.outcome ?? null);
  return { is: 'settled', outcome, reason: ledger?.reason ?? null, ...written };
}
