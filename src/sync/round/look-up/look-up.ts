import { emailKey } from '../../../mapping/derived/derived.ts';
import type { FoundContact, Unseen } from '../../../model/contact.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import type { LookUpAnswer } from '../../../zoho/calls/look-ups.ts';
import { readContactsByEmail } from '../../../store/key/linked.ts';
import { readOwners } from '../../../store/ledger.ts';
import { wakeAside } from '../../../store/outbox/put-aside.ts';
import { withoutConverted } from './converted-leads.ts';
import { emailHash } from '../work/email-hash.ts';
import { findContacts } from './find-contacts.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import { givenUpTo, readGivenUp, withInherited, withLeftFields } from './heirs.ts';
import { contactsWithEmail } from '../../decide/match.ts';
import { isUnseen } from '../../decide/unseen.ts';
import { noteFailure } from '../../pace/note-call.ts';
import type { RoundContext } from '../work/round-context.ts';
import { withFound, withUnseen } from '../work/work-steps.ts';
import type { Work } from '../work/work.ts';

/**
 * Looks up the contacts of these works in Zoho: by Ory id, email and named duplicates (rule 16).
 * @returns the works that can be decided on; if Zoho did not answer, all are released and none is returned
 */
export async function lookUpAll(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  if (works.length === 0) return [];
  const startedAt = context.store.world.ticks();
  const answer = await ask(context, works);
  if (answer.kind !== 'found' && answer.kind !== 'not_allowed')
    return unanswered(context, works, answer, startedAt);
  const blind = works.filter((work) => answer.kind !== 'found' || isUnseenIn(answer, context, work));
  const looked = works.filter((work) => !blind.includes(work));
  const contacts = answer.kind === 'found' ? answer.contacts : [];
  if (answer.kind === 'found') await wakeWaiting(context, works, looked);
  const told = [
    await toldContacts(context, looked, contacts),
    await toldNothing(context, blind, answer.kind === 'found' ? 'look_up_refused' : answer.why),
  ];
  const failure = told.find((one) => one.kind !== 'works');
  if (failure !== undefined) return unanswered(context, works, failure, startedAt);
  return withoutConverted(
    context,
    told.flatMap((one) => (one.kind === 'works' ? one.works : [])),
  );
}

type Told = { readonly kind: 'works'; readonly works: readonly Work[] } | CallFailure;

async function toldContacts(
  context: RoundContext,
  works: readonly Work[],
  contacts: readonly FoundContact[],
): Promise<Told> {
  const owners = await readOwners(
    context.store,
    contacts.map(({ id }) => id),
  );
  const found = works.map((work) => asFound(context, work, contacts, owners));
  return withLeftFields(context, await withInherited(context, found));
}

async function toldNothing(context: RoundContext, works: readonly Work[], why: Unseen): Promise<Told> {
  const givenUp = await readGivenUp(context, works);
  if (givenUp.kind !== 'found') return givenUp;
  const seen = await unseen(context, works, givenUp.contacts, why);
  return { kind: 'works', works: await withInherited(context, seen) };
}

function isUnseenIn(answer: Extract<LookUpAnswer, { kind: 'found' }>, context: RoundContext, work: Work) {
  const { contactId, duplicateOf, row } = work;
  const ids = [contactId, duplicateOf].filter((id) => id !== null);
  const keys = [row.identityId, ...ids, ...emailsOf(work)];
  return isUnseen({ identityId: row.identityId, contactId, keys }, answer, context.oryIdField);
}

/**
 * Zoho answers look-ups, so rows that wait for one are due. A refusal of one identity's key says nothing
 * about others that wait for the same reason.
 */
async function wakeWaiting(
  { store }: RoundContext,
  works: readonly Work[],
  looked: readonly Work[],
): Promise<void> {
  const reasonsOf = (some: readonly Work[]) => some.flatMap(({ row }) => row.waitsReason ?? []);
  const reasons = reasonsOf(works).filter((reason) => reason !== 'look_up_refused');
  for (const reason of new Set([...reasons, ...reasonsOf(looked)])) await wakeAside(store, reason);
}

async function unanswered(
  context: RoundContext,
  works: readonly Work[],
  failure: CallFailure,
  startedAt: number,
): Promise<Work[]> {
  noteFailure(context, failure, startedAt);
  if (failure.kind !== 'aborted') await giveBack(context, works, asDueAsBefore);
  return [];
}

function ask(context: RoundContext, works: readonly Work[]) {
  return findContacts(context, {
    emails: works.flatMap(emailsOf),
    // A link is looked up by its contact id too: the contact may have another email by now, or no Ory id.
    ids: works
      .flatMap(({ contactId, duplicateOf }) => [contactId, duplicateOf])
      .filter((id) => typeof id === 'string'),
    oryIds: context.oryIdField === null ? [] : works.map((work) => work.row.identityId),
  });
}

function emailsOf(work: Work): string[] {
  const email = work.fields.get('Email')?.value;
  return typeof email === 'string' ? [email] : [];
}

/**
 * Lookups are not allowed, or Zoho refuses these. Two kinds of contact are known anyway: a duplicate that Zoho
 * named, and one that was last delivered for another identity with the same email. The latter must not be
 * written to unseen (rule 21).
 * @param givenUp contacts that another identity gave up, as they are in Zoho
 * @param why why the works' contacts are not known
 */
async function unseen(
  context: RoundContext,
  works: readonly Work[],
  givenUp: ReadonlyMap<string, FoundContact>,
  why: Unseen,
): Promise<Work[]> {
  const hashOf = (email: string) => emailHash(context.store.hmac, emailKey(email));
  const linked = await readContactsByEmail(context.store, works.flatMap(emailsOf).map(hashOf));
  const named = await readOwners(
    context.store,
    works.flatMap(({ duplicateOf }) => duplicateOf ?? []),
  );
  return works.map((work) => {
    if (work.duplicateOf !== null) {
      return withUnseen(work, why, { id: work.duplicateOf, fields: {} }, named);
    }
    const [email] = emailsOf(work);
    const contacts = email === undefined ? [] : (linked.get(hashOf(email)) ?? []);
    const others = contacts.find(
      ({ contactId, identityId }) => (work.owners.get(contactId) ?? identityId) !== work.row.identityId,
    );
    const left = others === undefined ? givenUpTo(work, givenUp) : undefined;
    if (others === undefined) return withUnseen(work, why, left);
    const owners = new Map([[others.contactId, others.identityId]]);
    return withUnseen(work, why, { id: others.contactId, fields: { Email: email } }, owners);
  });
}

function asFound(
  context: RoundContext,
  work: Work,
  contacts: readonly FoundContact[],
  owners: ReadonlyMap<string, string>,
): Work {
  const email = work.fields.get('Email')?.value;
  const same = typeof email === 'string' ? contactsWithEmail(contacts, email) : 0;
  if (same > 1) {
    const warning = `${same} contacts have this email. The oldest one is used.`;
    context.report({ what: 'warning', identityId: work.row.identityId, warning });
  }
  // A contact that its owner gave up in this delivery is ours, even if it still has the owner's Ory id.
  const ours = [...work.owners].filter(([, id]) => id === work.row.identityId);
  return withFound(work, contacts, new Map([...ours, ...owners]));
}
