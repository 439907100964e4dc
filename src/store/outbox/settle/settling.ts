/** What a settlement does to its row and to others, before anything is written. Pure. */
import { z } from 'zod';
import { ownFailure } from '../../../model/outcome.ts';
import type { CountedOutcome } from '../../scan/counts.ts';
import type { MixUp } from '../mix-up.ts';
import type { OutboxRow } from '../row.ts';
import { reasonOf } from './settlement.ts';
import type { Settlement } from './settlement.ts';

/**
 * The result of settling, by identity: settled, still due because of a newer put, the lease was lost, failed
 * because the contact is linked to another identity, or waiting until that one has its contact back.
 */
export type Settled = 'settled' | 'moved' | 'lost' | 'email_taken' | 'waits';

/** After this long a row fails instead of waiting for another identity (rule 21). */
const WAITS_AT_MOST_MS = 15 * 60 * 1_000;

/** A row whose lease the process still has. */
export const heldRow = z.object({
  identityId: z.string(),
  revision: z.number(),
  scan: z.number().nullable(),
  waitsFor: z.string().nullable(),
  waitedMs: z.number().nullable(),
});
export type Held = z.infer<typeof heldRow>;

/** A settlement and its effect in this store. */
export interface Settling {
  /** The settlement as written. Another identity may have the contact. */
  readonly settlement: Settlement;
  readonly result: Settled;
  /** A newer put came meanwhile, so the row stays due. */
  readonly moved: boolean;
  readonly scan: number | null;
  /** Zoho has written to the contact of another identity. */
  readonly mixUp?: MixUp;
}

/** @param owners the identities that the contacts are linked to; new links are added */
export function settlingsOf(
  settlements: readonly Settlement[],
  holding: ReadonlyMap<string, Held>,
  owners: Map<string, string>,
  adminReads: boolean,
): Settling[] {
  const settlings = settlements.map((settlement) =>
    settlingOf(settlement, holding.get(settlement.row.identityId), owners, adminReads),
  );
  // A row of the same settlement whose contact was written to meanwhile is delivered again.
  const mixed = new Set(settlings.map(({ mixUp }) => mixUp?.ownerId));
  return settlings.map((one) => {
    const { identityId, kind } = one.settlement.row;
    const again = mixed.has(identityId) && kind === 'upsert';
    if (!again || one.result === 'lost') return one;
    return { ...one, moved: true, result: one.result === 'settled' ? 'moved' : one.result };
  });
}

function settlingOf(
  settlement: Settlement,
  row: Held | undefined,
  owners: Map<string, string>,
  adminReads: boolean,
): Settling {
  const owner = takeLink(settlement, owners);
  const mixUp = owner === settlement.row.identityId ? undefined : mixUpOf(settlement, owner);
  if (row === undefined)
    return { settlement, result: 'lost', moved: false, scan: null, ...(mixUp && { mixUp }) };
  const moved = row.revision !== settlement.row.revision || isFreeByNow(settlement, row);
  if (owner !== settlement.row.identityId) {
    const failed = { settlement: emailTaken(settlement.row, owner), moved, scan: row.scan };
    if (mixUp === undefined) return { ...failed, result: 'email_taken' };
    const waits = adminReads && !moved && (row.waitedMs ?? 0) <= WAITS_AT_MOST_MS;
    return { ...failed, mixUp, result: waits ? 'waits' : 'email_taken' };
  }
  return { settlement, result: moved ? 'moved' : 'settled', moved, scan: row.scan };
}

/** The identity that had the value of a unique field has settled since Zoho refused it. */
function isFreeByNow(settlement: Settlement, { waitsFor }: Held): boolean {
  if (settlement.outcome !== 'failed' || settlement.waitsFor === undefined) return false;
  return settlement.failure.reason.startsWith('duplicate_') && waitsFor !== settlement.waitsFor;
}

/** A row that stays due is counted when it leaves. */
export function countedAs({ settlement, moved, scan }: Settling): CountedOutcome[] {
  return moved || scan === null
    ? []
    : [{ run: scan, outcome: settlement.outcome, reason: reasonOf(settlement) }];
}

/** @returns the identity that has the contact from now on. Another identity's link is left alone */
function takeLink({ row, delivered: { contactId } }: Settlement, owners: Map<string, string>): string {
  if (typeof contactId !== 'string') return row.identityId;
  const owner = owners.get(contactId) ?? row.identityId;
  owners.set(contactId, owner);
  return owner;
}

function emailTaken(row: OutboxRow, owner: string): Extract<Settlement, { outcome: 'failed' }> {
  const message = `The contact is linked to another identity, ${owner}.`;
  const failure = ownFailure('email_taken', message);
  return { row, delivered: {}, outcome: 'failed', failure, marks: row.marks, waitsFor: owner };
}

function mixUpOf({ delivered }: Settlement, ownerId: string): MixUp | undefined {
  const { contactId, wrote = [], emailHash } = delivered;
  if (typeof contactId !== 'string' || wrote.length === 0) return undefined;
  return { ownerId, contactId, fields: wrote, emailHash };
}
