/**
 * Doubts come first (rule 11). A row with a call in doubt settles that before anything else, and holds only
 * the keys of that call. Only then does it take its present email. This step needs no read from Ory and no
 * other row.
 */
import { emailKey } from '../../../mapping/derived/derived.ts';
import { readLedger, readOwners } from '../../../store/ledger.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { Claim } from '../../../store/outbox/claim.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import { releaseDoubtOnly, settleDoubts } from '../../../store/outbox/settle/settle-doubt.ts';
import type { FoundInDoubt } from '../../../store/outbox/settle/settle-doubt.ts';
import type { RoundContext } from '../work/round-context.ts';
import { emailHash } from '../work/email-hash.ts';
import { asDueAsBefore } from '../work/give-back.ts';
import { noteFailure } from '../../pace/note-call.ts';
import type { DoubtOver } from './doubt-over.ts';
import { giveBackDoubted } from './give-back-doubted.ts';
import { lookForDoubted } from './look-for-doubted.ts';
import type { Looked } from './look-for-doubted.ts';
import { failErasures } from './fail-erasures.ts';
import type { Unknown } from './fail-erasures.ts';
import { repeatCalls } from './repeat.ts';
import type { ToRepeat } from './repeat.ts';
import { isInDoubt, isUpsert, mustShowSent, resolveDoubt, settledMarks } from './resolve.ts';
import type { Resolved } from './resolve.ts';

/** The rows that continue after their doubt is settled. */
export interface GoingOn {
  readonly rows: readonly OutboxRow[];
  /** Those that held the keys of a doubt and do not hold their own email yet. */
  readonly settled: ReadonlySet<string>;
}

/** @returns rows without a doubt, and those whose doubt is settled; all others are released */
export async function settleDoubtsFirst(context: RoundContext, claim: Claim): Promise<GoingOn> {
  const open = claim.rows.filter(({ identityId }) => !claim.blocked.has(identityId));
  const doubted = open.filter(isInDoubt);
  const others = open.filter((row) => !doubted.includes(row) && !claim.doubtOnly.has(row.identityId));
  // Their doubt is already settled, so the rows that wait for it are free.
  const idle = open.filter((row) => !doubted.includes(row) && claim.doubtOnly.has(row.identityId));
  await releaseDoubtOnly(context.store, context.token, idle.map(kept));
  if (doubted.length === 0) return { rows: others, settled: new Set() };
  const { over, unread } = await findOut(context, claim, doubted);
  const rows = [...(await settle(context, claim, over)), ...unread];
  return { rows: [...others, ...rows], settled: new Set(rows.map(({ identityId }) => identityId)) };
}

function kept({ identityId, marks }: OutboxRow) {
  return { identityId: identityId, marks };
}

interface FoundOut {
  readonly over: readonly DoubtOver[];
  /** Linked rows whose contact cannot be read. The next answered update shows which email it has. */
  readonly unread: readonly OutboxRow[];
}

/** Rows that got no answer from Zoho are released. */
async function findOut(context: RoundContext, claim: Claim, rows: readonly OutboxRow[]): Promise<FoundOut> {
  const ledger = await readLedger(
    context.store,
    rows.map(({ identityId }) => identityId),
  );
  const startedAt = context.store.world.ticks();
  const looked = await lookForDoubted(context, rows, ledger);
  if (looked.kind !== 'found' && looked.kind !== 'no_scope') {
    noteFailure(context, looked, startedAt);
    if (looked.kind !== 'aborted') await giveBackDoubted(context, claim, rows, asDueAsBefore);
    return { over: [], unread: [] };
  }
  if (looked.kind === 'found') {
    return { over: await resolveAll(context, claim, rows, ledger, looked), unread: [] };
  }
  const linked = rows.filter(({ identityId }) => ledger.get(identityId)?.contactId != null);
  const unlinked = rows.filter((row) => !linked.includes(row));
  const unread = linked.filter(({ identityId }) => !claim.doubtOnly.has(identityId));
  await giveBackDoubted(
    context,
    claim,
    linked.filter((row) => !unread.includes(row)),
    asDueAsBefore,
  );
  const unseen = new Map(rows.map(({ identityId }) => [identityId, 'no_scope' as const]));
  return { over: await resolveAll(context, claim, unlinked, ledger, { contacts: [], unseen }), unread };
}

async function resolveAll(
  context: RoundContext,
  claim: Claim,
  rows: readonly OutboxRow[],
  ledger: ReadonlyMap<string, LedgerRow>,
  { contacts: found, unseen }: Pick<Extract<Looked, { kind: 'found' }>, 'contacts' | 'unseen'>,
): Promise<DoubtOver[]> {
  const owners = await readOwners(
    context.store,
    found.map(({ id }) => id),
  );
  const over: DoubtOver[] = [];
  const toRepeat: ToRepeat[] = [];
  const unknown: Unknown[] = [];
  for (const row of rows) {
    const known = ledger.get(row.identityId);
    const contactId = known?.contactId ?? null;
    const why = unseen.get(row.identityId);
    const strict = mustShowSent(row, context.rules);
    const doubt = {
      identityId: row.identityId,
      contactId,
      marks: row.marks,
      found,
      owners,
      byEmail: why === undefined,
      strict,
    };
    const resolved = resolveDoubt(doubt, context.oryIdField, context.hash);
    const mayHaveMade = resolved.is !== 'contact' && row.kind === 'erase' && row.marks.some(isUpsert);
    if (resolved.is === 'repeat' || resolved.is === 'unknown') {
      const call = resolved.is === 'repeat' ? resolved.call : undefined;
      // Only a lookup by id leaves such calls.
      toRepeat.push({ row, ledger: known, call, why: why ?? 'no_scope' });
    } else if (mayHaveMade && why !== undefined) unknown.push({ row, why });
    else over.push({ row, contact: foundIn(resolved), made: false });
  }
  await failErasures(context, claim, unknown);
  return [...over, ...(await repeatCalls(context, claim, toRepeat))];
}

function foundIn(resolved: Extract<Resolved, { is: 'contact' | 'none' }>): DoubtOver['contact'] {
  return resolved.is === 'none' ? undefined : { ...resolved.contact, origin: resolved.origin };
}

/** @returns the rows that continue, with their remaining marks */
async function settle(
  context: RoundContext,
  claim: Claim,
  verdicts: readonly DoubtOver[],
): Promise<OutboxRow[]> {
  const settled = await settleDoubts(
    context.store,
    context.token,
    verdicts.map(({ row, contact, made, wrote = [] }) => ({
      identityId: row.identityId,
      marks: settledMarks(row.marks, contact?.id ?? null, made),
      contact: contact && inDoubt(context, contact, [...wroteBy(row.marks), ...wrote]),
    })),
    { adminReads: context.ory !== undefined },
  );
  const rows = verdicts.flatMap(({ row }) => {
    const marks = settled.get(row.identityId);
    return marks === undefined ? [] : [{ ...row, marks: [...marks] }];
  });
  const doubtOnly = rows.filter(({ identityId }) => claim.doubtOnly.has(identityId));
  await releaseDoubtOnly(context.store, context.token, doubtOnly.map(kept));
  return rows.filter((row) => !doubtOnly.includes(row));
}

/** Marks of tags have names with a colon. */
function wroteBy(marks: OutboxRow['marks']): string[] {
  return marks.flatMap(({ fields }) => fields).filter((name) => !name.includes(':'));
}

/** The email of the contact counts as ours, even if the contact does not, so `adopt: fill` may change it. */
function inDoubt(
  { store, hash }: RoundContext,
  { id, fields, origin }: NonNullable<DoubtOver['contact']>,
  wrote: readonly string[],
): FoundInDoubt {
  const email = fields['Email'];
  if (typeof email !== 'string') return { id, origin, wrote, emailHash: null, sent: {} };
  return {
    id,
    origin,
    wrote,
    emailHash: emailHash(store.hmac, emailKey(email)),
    sent: { Email: hash.sent('Email', email) },
  };
}
