import { emailKey } from '../../../mapping/derived/derived.ts';
import type { Identity } from '../../../model/identity.ts';
import { readContactsByEmail } from '../../../store/key/linked.ts';
import { readLedger } from '../../../store/ledger.ts';
import { isPending } from '../../../store/outbox/pending.ts';
import { unlinkDeleted, unlinkLiving } from '../../../store/unlink.ts';
import { keepsOff } from '../../decide/adoption.ts';
import type { RoundContext } from '../work/round-context.ts';
import { emailHash } from '../work/email-hash.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import { ownFailure } from '../../../model/outcome.ts';
import { OWNER_POLL_MS, isOwnerWaitOver } from '../../pace/pace.ts';
import { putFresh } from '../../intake/put-fresh.ts';
import { strongRead } from '../read/read-first.ts';
import { settleWorks, skipped } from '../settle/settle-works.ts';
import { snapshotOf } from '../../intake/snapshot.ts';
import { apartFrom, lookingAgain } from '../work/work-steps.ts';
import type { Work } from '../work/work.ts';

/**
 * The found contact is linked to another identity (rule 21). Either a user deleted the account and signed up
 * again, or two identities swapped emails. A contact is never taken from an existing identity that still
 * needs it, unless a person decided so.
 * @returns the work if it may take the contact; undefined if it was released or failed
 */
export async function askOwner(
  context: RoundContext,
  work: Work,
  ownerId: string,
  contactId: string,
): Promise<Work | undefined> {
  if (await isPending(context.store, ownerId)) return waitForOwner(context, work, ownerId, contactId);
  if (work.row.policy === 'take_over') return takeOver(context, work, ownerId, contactId);
  if (context.ory === undefined) {
    if (work.ownerSeen !== ownerId) return lookingAgain(work, { ownerSeen: ownerId });
    const needed = await isItsEmail(context, work, ownerId);
    return needed ? failTaken(context, work, ownerId, contactId) : goApart(context, work, ownerId, contactId);
  }

  const read = await strongRead(context, [ownerId, work.row.identityId]);
  const owner = read.found.get(ownerId);
  if (owner === undefined && !read.gone.has(ownerId)) return askLater(context, work, ownerId, read.waitMs);
  if (owner === undefined) {
    if (await isKeptOff(context, work, ownerId, contactId)) {
      await settleWorks(context, [skipped(work, 'unverified_match', contactId)]);
      return undefined;
    }
    if (!(await unlinkDeleted(context.store, ownerId)))
      return waitForOwner(context, work, ownerId, contactId);
    // The contact may have got another email since the lookup.
    return givenUp(work, contactId);
  }
  if (work.emailKey !== null && (await emailKeyOf(context, owner)) === work.emailKey) {
    const self = read.found.get(work.row.identityId);
    if (self === undefined && !read.gone.has(work.row.identityId)) {
      return askLater(context, work, ownerId, read.waitMs);
    }
    if (self === undefined || (await emailKeyOf(context, self)) === work.emailKey) {
      return failTaken(context, work, ownerId, contactId);
    }
    // The stored snapshot is out of date: the newcomer itself has another email by now.
    await putFresh(context, [{ identity: self, readAsOf: read.asOf }], { event: 'reconcile' });
    await giveBack(context, [work], asDueAsBefore);
    return undefined;
  }
  const isMixed = await isMixedUp(context, ownerId, contactId);
  if (isMixed && (await context.mapping.evaluate(owner, context.fields)).when === false) {
    // The owner is excluded, so it does not get its values back. They must not stay beside those of this one.
    if (!(await unlinkLiving(context.store, ownerId))) return waitForOwner(context, work, ownerId, contactId);
    return givenUp(work, contactId);
  }
  // The owner has another email by now. Once that is delivered, the contact no longer matches our email.
  const fresh = { identity: owner, readAsOf: read.asOf };
  const [result] = await putFresh(context, [fresh], { event: 'reconcile' });
  if (result !== 'same') return waitForOwner(context, work, ownerId, contactId);
  if (isMixed) return failTaken(context, work, ownerId, contactId);
  // Nothing is to be delivered for the owner, so the contact will not become free. It may have become free
  // since the lookup, though, if the owner has settled meanwhile.
  const { contentHash } = snapshotOf(owner, 'reconcile', context.store.hmac);
  if (work.ownerSeen !== contentHash) return lookingAgain(work, { ownerSeen: contentHash });
  return goApart(context, work, ownerId, contactId);
}

/** A call for another identity has written to the owner's contact, and the owner has not got it back yet. */
async function isMixedUp({ store }: RoundContext, ownerId: string, contactId: string): Promise<boolean> {
  const owner = (await readLedger(store, [ownerId])).get(ownerId);
  return owner?.contactId === contactId && owner.mixedIn.length > 0;
}

/** Without the admin API: whether, as far as we know, we wrote this email into the owner's contact. */
async function isItsEmail({ store }: RoundContext, work: Work, ownerId: string): Promise<boolean> {
  if (work.emailKey === null) return false;
  // If only the Ory id in the contact names the owner, nothing is known about it. It may need the email.
  const owner = (await readLedger(store, [ownerId])).get(ownerId);
  if (owner?.contactId == null) return true;
  const hash = emailHash(store.hmac, work.emailKey);
  const linked = (await readContactsByEmail(store, [hash])).get(hash) ?? [];
  return linked.some(({ identityId }) => identityId === ownerId);
}

/**
 * The owner does not need the email. This identity gets its own contact, or fails with the reason why it
 * cannot.
 */
function goApart(context: RoundContext, work: Work, ownerId: string, contactId: string): Work {
  const warning =
    `Contact ${contactId} has this email too. It belongs to identity ${ownerId}, which does not use the email, ` +
    `so this identity gets its own contact.`;
  context.report({ what: 'warning', identityId: work.row.identityId, warning });
  return apartFrom(work, contactId);
}

/** The contact of an identity that is gone counts as one that existed before, unless we made it. */
async function isKeptOff(
  context: RoundContext,
  work: Work,
  ownerId: string,
  contactId: string,
): Promise<boolean> {
  if (!keepsOff(work, context.rules)) return false;
  const owner = (await readLedger(context.store, [ownerId])).get(ownerId);
  // If the owner has already given the contact up, its heritage has the origin. If only an Ory id names the
  // owner, the origin is unknown.
  return owner?.contactId === contactId && owner.origin !== 'made';
}

async function emailKeyOf(context: RoundContext, identity: Identity): Promise<string | null> {
  const mapped = await context.mapping.evaluate(identity, context.fields);
  const email = mapped.fields.get('Email')?.value;
  return typeof email === 'string' ? emailKey(email) : null;
}

/**
 * The owner is put in again. If it has its own email, it gets a new contact. Otherwise it fails, and a person
 * sees it.
 */
async function takeOver(
  context: RoundContext,
  work: Work,
  ownerId: string,
  contactId: string,
): Promise<Work | undefined> {
  const read = context.ory === undefined ? undefined : await strongRead(context, [ownerId]);
  const owner = read?.found.get(ownerId);
  if (read !== undefined && owner === undefined && !read.gone.has(ownerId))
    return askLater(context, work, ownerId, read.waitMs);
  const freed = read?.gone.has(ownerId) === true ? unlinkDeleted : unlinkLiving;
  if (!(await freed(context.store, ownerId))) return waitForOwner(context, work, ownerId, contactId);
  if (owner !== undefined && read !== undefined) {
    await putFresh(context, [{ identity: owner, readAsOf: read.asOf }], { event: 'sync' });
  }
  return givenUp(work, contactId);
}

/** The owner has given up the contact. */
function givenUp(work: Work, contactId: string): Work {
  return lookingAgain(work, { owners: new Map([[contactId, work.row.identityId]]) });
}

async function waitForOwner(
  context: RoundContext,
  work: Work,
  ownerId: string,
  contactId: string,
): Promise<undefined> {
  if (isOwnerWaitOver(work.row.waitsSince, context.store.world.now()))
    return failTaken(context, work, ownerId, contactId);
  await giveBack(context, [work], () => ({ dueInMs: OWNER_POLL_MS, waitsFor: ownerId }));
}

/** Ory did not answer. That may last, and says nothing about the two identities. */
async function askLater(
  context: RoundContext,
  work: Work,
  ownerId: string,
  dueInMs: number,
): Promise<undefined> {
  await giveBack(context, [work], () => ({ dueInMs, waitsFor: ownerId, waitsAnew: true }));
}

async function failTaken(
  context: RoundContext,
  work: Work,
  ownerId: string,
  contactId: string,
): Promise<undefined> {
  const message = `Contact ${contactId} has this email and is linked to another identity, ${ownerId}.`;
  const failure = ownFailure('email_taken', message);
  await settleWorks(context, [{ work, outcome: { is: 'failed', failure, waitsFor: ownerId } }]);
}
