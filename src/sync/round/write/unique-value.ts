/**
 * Zoho keeps a field unique, and the contact of another identity has the value (rule 20). The row fails until
 * the other one has settled. If the other one waits for this one, for example when two swap their phones, the
 * field of this contact is cleared first.
 */
import type { Failure } from '../../../model/outcome.ts';
import { readOwners } from '../../../store/ledger.ts';
import type { Mark } from '../../../store/outbox/row.ts';
import { giveWay, isCleared, noteRefused } from '../../../store/outbox/unique-wait.ts';
import type { RoundContext } from '../work/round-context.ts';
import type { Verdict } from '../../decide/judge.ts';
import { isOwnerWaitOver, OWNER_POLL_MS } from '../../pace/pace.ts';
import type { WritePlan } from '../../decide/plan.ts';
import type { Answered } from './send.ts';
import { failed } from '../settle/settle-works.ts';
import type { Finished } from '../settle/settle-works.ts';
import { withoutFields } from './without-fields.ts';
import { clearingField, lookingAgain, marked, owing } from '../work/work-steps.ts';
import type { Clearing, Owed, Work } from '../work/work.ts';

/** A record that Zoho refused because another record has one of its values. */
export interface DuplicateRecord {
  readonly work: Work;
  readonly plan: WritePlan;
  readonly failure: Failure;
  /** The other record. Undefined if Zoho does not name it. */
  readonly contactId: string | undefined;
}

/** The results: outcomes, and works that need another turn. All other works are released. */
export interface SortedDuplicates {
  readonly finished: readonly Finished[];
  readonly again: readonly Work[];
}

/** Undefined if the other record cannot be a contact of ours. */
export function asDuplicate({ work, plan, item }: Answered, failure: Failure): DuplicateRecord | undefined {
  if (item.kind !== 'error' || !failure.reason.startsWith('duplicate_')) return undefined;
  return { work, plan, failure, contactId: item.error.duplicates[0]?.contactId };
}

/** @param startedAt when the calls began, by `World.ticks` */
export async function sortDuplicates(
  context: RoundContext,
  duplicates: readonly DuplicateRecord[],
  startedAt: number,
): Promise<SortedDuplicates> {
  const { store, token } = context;
  const owners = await readOwners(
    store,
    duplicates.flatMap(({ contactId }) => contactId ?? []),
  );
  const ours = duplicates.flatMap((one) => ownedBy(one, owners.get(one.contactId ?? '')));
  const standings = await noteRefused(
    store,
    token,
    ours.map(({ work, field, waitsFor }) => ({
      identityId: work.row.identityId,
      field,
      ownerId: waitsFor,
    })),
    startedAt,
  );
  const finished: Finished[] = [];
  const again: Work[] = [];
  const sort = (one: Finished | Work) => ('outcome' in one ? finished.push(one) : again.push(one));
  for (const one of duplicates) {
    const known = ours.find(({ work }) => work === one.work);
    if (known === undefined) {
      sort(refused(context, one.work, one.plan, { failure: one.failure, waitsFor: undefined }));
      continue;
    }
    const { work, clearing } = known;
    const standing = standings.get(work.row.identityId);
    const isOver = isOwnerWaitOver(work.row.waitsSince, context.store.world.now());
    if (standing === 'settled' && !isOver) sort(lookingAgain(work));
    else if (standing !== 'ring' || isOver || !mayClear(context, work, clearing)) {
      sort(refused(context, work, one.plan, clearing));
    } else if (isCleared(work.marks, clearing.field)) await leave(context, work, clearing, false);
    else sort(clearingField(work, clearing));
  }
  return { finished, again };
}

interface Owned {
  readonly work: Work;
  readonly field: string;
  readonly waitsFor: string;
  readonly clearing: Clearing;
}

function ownedBy({ work, plan, failure }: DuplicateRecord, waitsFor: string | undefined): Owned[] {
  const { field } = failure;
  if (waitsFor === undefined || waitsFor === work.row.identityId || field === null) return [];
  const message = `${failure.message} It is the contact of identity ${waitsFor}. This row is tried again once that identity has been delivered.`;
  const clearing = { field, waitsFor, failure: { ...failure, message }, plan };
  return [{ work, field, waitsFor, clearing }];
}

/** A field is cleared only if it belongs to the linked contact, is about to be replaced, and may be empty. */
function mayClear({ fields, oryIdField }: RoundContext, work: Work, { field, plan }: Clearing): boolean {
  const isLinked = plan.do === 'update' && work.ledger?.contactId === plan.contactId;
  const mayBeEmpty = field !== oryIdField && fields.get(field)?.mandatory !== true;
  return isLinked && mayBeEmpty && plan.fields[field] != null;
}

/** Fails the work. Other values for its linked contact are written first. */
function refused(context: RoundContext, work: Work, plan: WritePlan, owed: Owed): Finished | Work {
  const { field } = owed.failure;
  const owes = { failure: owed.failure, waitsFor: owed.waitsFor ?? work.owes?.waitsFor };
  const awaited =
    field === null || owed.waitsFor === undefined ? work.awaited : new Set([...work.awaited, field]);
  if (!ownsTheRest(plan, owed.failure))
    return { work: owing(work, { awaited, owes: work.owes }), outcome: failed(owes) };
  return owing(withoutFields(context, work, field === null ? [] : [field]), { owes, awaited });
}

/**
 * The work has a linked contact, and another record has the value of one field. The other values are written.
 */
function ownsTheRest(plan: WritePlan, { field }: Failure): boolean {
  if (plan.do !== 'update' || field === null || field === 'Email') return false;
  return plan.fields[field] !== undefined && Object.keys(plan.fields).length > 1;
}

/** The field is cleared. The work waits until the identity that has its value has got the old one. */
async function leave(
  context: RoundContext,
  work: Work,
  clearing: Clearing,
  justCleared: boolean,
): Promise<void> {
  const { field, waitsFor } = clearing;
  await giveWay(context.store, context.token, {
    identityId: work.row.identityId,
    field,
    ownerId: waitsFor,
    marks: work.marks,
    dueInMs: OWNER_POLL_MS,
    justCleared,
  });
}

/**
 * Handles the answer for a work whose field was to be cleared. Zoho may refuse even that, for example if a
 * layout makes the field mandatory. Then the work fails as a duplicate.
 */
export async function afterClearing(
  context: RoundContext,
  { work, mark }: Answered,
  clearing: Clearing,
  verdict: Verdict,
): Promise<SortedDuplicates> {
  const { field, waitsFor, plan } = clearing;
  if (verdict.is !== 'written') {
    const next = refused(context, clearingField(work, null), plan, clearing);
    return 'outcome' in next ? { finished: [next], again: [] } : { finished: [], again: [next] };
  }
  const warning = `${field} is empty for now. The contact of identity ${waitsFor} has the new value, and first gets the old value of this contact.`;
  context.report({ what: 'warning', identityId: work.row.identityId, warning });
  const cleared: Mark = { call: mark.call, fields: [field], key: null, cleared: true };
  await leave(context, marked(work, cleared), clearing, true);
  return { finished: [], again: [] };
}
