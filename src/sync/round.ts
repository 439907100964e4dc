/**
 * One claim on its way out: opened (and read from Ory where a hint said so), mapped, decided, sent in batches, judged,
 * settled. A work goes round until it is settled or released; most go once.
 */
import { emailKey } from '../mapping/derived.ts';
import { readLedger } from '../store/ledger.ts';
import { release } from '../store/outbox/release.ts';
import type { OutboxRow } from '../store/outbox/row.ts';
import { takeKeys } from '../store/outbox/take-key.ts';
import { batches } from './batches.ts';
import type { Outgoing } from './batches.ts';
import type { RoundContext } from './context.ts';
import { decide } from './decide.ts';
import { judge } from './judge.ts';
import type { Sent, WritePlan } from './judge.ts';
import { lookUpAll } from './look-up.ts';
import { askOwner } from './owner.ts';
import { batchLimitOf, isTooLate, laterMs } from './pace.ts';
import type { Plan } from './plan.ts';
import { openRows } from './read-first.ts';
import { sendBatch } from './send.ts';
import type { Answered } from './send.ts';
import { settleWorks } from './settle-works.ts';
import type { Finished } from './settle-works.ts';
import { decideInput } from './work.ts';
import type { Work } from './work.ts';

/** A work needs three turns at the most (look, send, send the rest); what needs more waits for another round. */
const TURNS_AT_MOST = 8;
const TURN_AGAIN_MS = 5_000;

export async function deliver(context: RoundContext, rows: readonly OutboxRow[]): Promise<void> {
  const opened = await openRows(context, rows);
  const mapped: Work[] = [];
  // One after the other: an expression's time limit is by the wall, and must not run out on its neighbours' work.
  for (const work of opened) mapped.push(await map(context, work));
  let works = await withLedger(context, await holdingTheirKeys(context, mapped));
  for (let turn = 0; turn < TURNS_AT_MOST && works.length > 0; turn += 1) {
    if (context.signal.aborted) return;
    works = await takeTurn(context, works);
  }
  await giveBack(context, works, TURN_AGAIN_MS);
}

async function map(context: RoundContext, work: Work): Promise<Work> {
  const mapped = await context.mapping.evaluate(work.identity, context.fields);
  for (const { field, message } of mapped.problems ?? []) {
    context.report({ what: 'warning', identityId: work.row.identity_id, warning: `${field}: ${message}` });
  }
  const email = mapped.fields.get('Email')?.value;
  return {
    ...work,
    when: mapped.when,
    fields: mapped.fields,
    emailKey: typeof email === 'string' ? emailKey(email) : null,
  };
}

/** Rule 10: where the read or the mapping yields another email than the one put in, that key is taken too. */
async function holdingTheirKeys(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const wanted = works.flatMap(({ row, emailKey: key }) =>
    key === null || key === row.email_key || key === row.mapped_key
      ? []
      : [{ identityId: row.identity_id, key }],
  );
  if (wanted.length === 0) return [...works];
  const taken = await takeKeys(context.store, context.token, wanted);
  const refused = new Set(wanted.map(({ identityId }) => identityId).filter((id) => !taken.has(id)));
  const waiting = works.filter(({ row }) => refused.has(row.identity_id));
  // No time to wait for: the claim passes over them until the other lease has settled.
  await giveBack(context, waiting, 0);
  return works.filter(({ row }) => !refused.has(row.identity_id));
}

async function withLedger(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const ledger = await readLedger(
    context.store,
    works.map(({ row }) => row.identity_id),
  );
  return works.map((work) => {
    const known = ledger.get(work.row.identity_id);
    return { ...work, ledger: known, contactId: known?.contact_id ?? null };
  });
}

/** @returns the works that need another turn */
async function takeTurn(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const planned = works.map((work) => ({ work, plan: planOf(context, work) }));
  const doing = <Kind extends Plan['do']>(...kinds: Kind[]) =>
    planned.filter((one): one is { work: Work; plan: Extract<Plan, { do: Kind }> } =>
      kinds.some((kind) => kind === one.plan.do),
    );

  await settleWorks(context, [
    ...doing('skip').map(
      ({ work, plan }) => ({ work, outcome: { is: 'skipped', reason: plan.reason } }) as const,
    ),
    ...doing('fail').map(
      ({ work, plan }) => ({ work, outcome: { is: 'failed', failure: plan.failure } }) as const,
    ),
    ...doing('unchanged').map(({ work, plan }) => finish(linkedTo(work, plan.contactId))),
  ]);
  const again = await Promise.all([
    lookUpAll(
      context,
      doing('look_up').map(({ work }) => work),
    ),
    sendAll(context, doing('insert', 'update')),
    ...doing('ask_owner').map(async ({ work, plan }) => {
      const free = await askOwner(context, work, plan.ownerId, plan.contactId);
      return free === undefined ? [] : [free];
    }),
  ]);
  return again.flat();
}

function planOf(context: RoundContext, work: Work): Plan {
  if (work.then === null || work.contactId === null) {
    return decide(decideInput(work), context.rules, context.hash);
  }
  const left = Object.entries(work.then).filter(([name]) => !work.refusedNow.has(name));
  if (left.length === 0) return { do: 'unchanged', contactId: work.contactId };
  return { do: 'update', contactId: work.contactId, fields: Object.fromEntries(left) };
}

/** A contact that was found and needs nothing written becomes the link all the same. */
function linkedTo(work: Work, contactId: string | null): Work {
  const found = contactId !== null && work.contactId === null;
  return found ? { ...work, contactId, adopted: true } : work;
}

function finish(work: Work): Finished {
  return { work, outcome: { is: 'delivered' } };
}

async function sendAll(
  context: RoundContext,
  planned: readonly { work: Work; plan: WritePlan }[],
): Promise<Work[]> {
  // A pause that began while this round was looking up holds for its writes too.
  if (context.connection.state.phase === 'paused') {
    await giveBack(
      context,
      planned.map(({ work }) => work),
      0,
    );
    return [];
  }
  const outgoing: Outgoing<Work>[] = planned.map(({ work, plan }) => ({
    item: work,
    plan,
    trigger: work.row.event === 'backfill' || work.row.event === 'reconcile' ? [] : context.mapping.trigger,
    limit: batchLimitOf(work.row),
  }));
  const again = await Promise.all(
    batches(outgoing).map(async (batch) => act(context, await sendBatch(context, batch))),
  );
  return again.flat();
}

/** Does what each verdict says: settles, releases, or gives the work another turn. */
async function act(context: RoundContext, answered: readonly Answered[]): Promise<Work[]> {
  const finished: Finished[] = [];
  const later: Work[] = [];
  const again: Work[] = [];
  for (const { work, plan, item } of answered) {
    const verdict = judge(sentOf(context, work, plan), item);
    switch (verdict.is) {
      case 'written': {
        const next = writtenTo(work, plan, verdict.contactId, verdict.created);
        if (Object.keys(verdict.then).length === 0) finished.push(finish(next));
        else again.push({ ...next, then: verdict.then });
        break;
      }
      case 'without':
        again.push({ ...work, refusedNow: refusedWith(context, work, verdict.fields) });
        break;
      case 'follow':
        again.push({ ...work, duplicateOf: verdict.contactId, found: undefined });
        break;
      case 'link_gone':
        again.push({ ...work, contactId: null, linkGone: true, found: undefined });
        break;
      case 'later':
        if (isTooLate(work.row.later_since, Date.now())) {
          finished.push({ work, outcome: { is: 'failed', failure: verdict.failure } });
        } else later.push(work);
        break;
      case 'failed':
        finished.push({ work, outcome: { is: 'failed', failure: verdict.failure } });
        break;
    }
  }
  await settleWorks(context, finished);
  await release(
    context.store,
    context.token,
    later.map(({ row, marks }) => ({
      identityId: row.identity_id,
      marks,
      dueInMs: laterMs(row.attempts, Math.random()),
      later: true,
    })),
  );
  return again;
}

function sentOf(context: RoundContext, work: Work, plan: WritePlan): Sent {
  const { oryIdField } = context;
  return {
    plan,
    linked: work.contactId !== null,
    retried: work.refusedNow.size > 0,
    followed: work.duplicateOf !== null,
    linkGone: work.linkGone,
    module: context.mapping.module,
    keys: new Set(oryIdField === null ? ['Email'] : ['Email', oryIdField]),
    mandatory: new Set(
      [...context.fields.values()].filter((field) => field.mandatory).map((field) => field.apiName),
    ),
  };
}

function writtenTo(work: Work, plan: WritePlan, contactId: string, created: boolean): Work {
  const adopted = work.adopted || (work.contactId === null && !created);
  const written = { ...work.written, ...plan.fields };
  return { ...work, contactId, created: work.created || created, adopted, written };
}

function refusedWith(context: RoundContext, work: Work, fields: readonly string[]): Map<string, string> {
  const refused = new Map(work.refusedNow);
  for (const name of fields) refused.set(name, context.hash(name, work.fields.get(name)?.value ?? null));
  return refused;
}

async function giveBack(context: RoundContext, works: readonly Work[], dueInMs: number): Promise<void> {
  const rows = works.map(({ row, marks }) => ({ identityId: row.identity_id, marks, dueInMs }));
  await release(context.store, context.token, rows);
}
