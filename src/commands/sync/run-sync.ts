import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { builtinFields } from '../../mapping/file/builtin-fields.ts';
import { readFieldList } from '../../store/field-list.ts';
import { readBoundOrgNumber } from '../../store/binding.ts';
import { forgetRefused } from '../../store/left-out.ts';
import type { ProcessRow } from '../../store/live-processes.ts';
import { drawAsOf } from '../../store/revision.ts';
import { DeliverOnly } from '../../sync/delivery/deliver-only.ts';
import { OutcomeWatch } from '../../sync/delivery/outcome-watch.ts';
import type { DeliveryPause } from '../../sync/delivery/deliver-only.ts';
import { putFresh } from '../../sync/intake/put-fresh.ts';
import { recordLink } from '../../zoho/record-link.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import type { Parts } from '../parts/open-parts.ts';
import { Delivering } from '../parts/delivering.ts';
import { joinAs, otherMappingWords } from '../parts/member.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { readGroup } from '../../sync/find-identity/read-group.ts';
import type { GroupContext, ReadIdentity } from '../../sync/find-identity/read-group.ts';
import { notFoundResult, queuedResult, settledResult } from './sync-result.ts';
import type { SyncEnd, SyncResult } from './sync-result.ts';
import { readPresent, replacedBy } from './overwritten.ts';
import type { Overwritten } from './overwritten.ts';
import { sayPrintable } from '../terminal/print.ts';
import { sayReport } from './tell-sync.ts';
import type { Named } from '../../sync/find-identity/named.ts';

export interface SyncRun {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly ory: OryAdminClient;
  readonly waitMs: number;
  /** Also write the fields that `adopt: fill` keeps. */
  readonly overwrite: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly tell: (result: SyncResult) => void;
}

/**
 * Queues the identities group by group and waits for the delivery of each group. Once a whole group times
 * out, the remaining groups are queued without waiting. Ends if only a person can fix the connection.
 * @throws the signal's reason once it is aborted, after printing what was queued; what `askOry` throws;
 * StoreError
 */
export async function runSync(run: SyncRun, groups: AsyncIterable<readonly Named[]>): Promise<SyncEnd> {
  const { config, parts } = run;
  const { store } = parts;
  const delivering = new Delivering({ config, parts, report: sayReport, log: SILENT });
  const delivery = new DeliverOnly(delivering.context);
  const mapsOtherwise = (other: ProcessRow) => sayPrintable(otherMappingWords(other));
  const member = await joinAs(parts, { kind: 'sync', oryIdField: config.oryIdField, mapsOtherwise });
  member.beat(store, () => delivering.health(delivery.connection));
  try {
    const pause = await syncGroups(run, delivering, delivery, groups);
    run.signal.throwIfAborted();
    return { pause, besideServe: member.besideServe };
  } finally {
    await delivery.stop();
    await delivering.zoho.close();
    await member.leave();
  }
}

/** @returns why delivery is paused, if it is */
async function syncGroups(
  run: SyncRun,
  { context, zoho }: Delivering,
  delivery: DeliverOnly,
  groups: AsyncIterable<readonly Named[]>,
): Promise<DeliveryPause | undefined> {
  const { ory, signal } = run;
  const { store, report } = context;
  const seen = new Set<string>();
  const { world } = store;
  const find = { ory, report, world, patienceMs: run.waitMs, drawAsOf: () => drawAsOf(store), seen, signal };
  let { waitMs } = run;
  let pause: DeliveryPause | undefined;
  for await (const group of groups) {
    const taken = await takeIn(run, zoho, find, group);
    const left = await deliverGroup(run, delivery, taken, waitMs);
    if (left.waiting === 0) continue;
    pause = left.pause ?? pause;
    if (pause?.dead === true) break;
    if (left.waiting === taken.subjects.size) waitMs = 0;
  }
  return pause;
}

/** Delivers a group and prints the result of each identity. */
async function deliverGroup(
  { config, parts: { store, mapping }, overwrite, signal, tell }: SyncRun,
  delivery: DeliverOnly,
  { subjects, present }: TakenIn,
  waitMs: number,
): Promise<{ readonly pause: DeliveryPause | undefined; readonly waiting: number }> {
  const { apiBaseUrl } = hostsOf(config.zoho);
  let org: string | undefined;
  const outcomes = new OutcomeWatch(store, [...subjects.keys()], async (id, outcome) => {
    org ??= await readBoundOrgNumber(store);
    const linkTo = (contactId: string) => recordLink(apiBaseUrl, org, mapping.module, contactId);
    const subject = subjects.get(id);
    const result = subject && settledResult(subject, outcome, linkTo);
    const overwritten = replacedBy(present.get(id) ?? {}, outcome.wrote);
    if (result !== undefined) tell(overwrite ? { ...result, overwritten } : result);
  });
  const pause = await delivery.deliver(outcomes, { waitMs, signal });
  const { waiting } = outcomes;
  for (const [id, one] of waiting) {
    const subject = subjects.get(id);
    if (subject !== undefined) tell(queuedResult(subject, one, pause));
  }
  return { pause, waiting: waiting.size };
}

interface TakenIn {
  /** The identities to deliver, by id. */
  readonly subjects: ReadonlyMap<string, ReadIdentity>;
  /** The present values of their contacts, if they are about to be overwritten. */
  readonly present: ReadonlyMap<string, Overwritten>;
}

/** Reads a group from Ory and queues it. */
async function takeIn(
  { parts: { store, mapping }, config: { oryIdField }, overwrite, signal, tell }: SyncRun,
  zoho: Pick<ZohoClient, 'lookUp' | 'converted'>,
  find: GroupContext,
  wanted: readonly Named[],
): Promise<TakenIn> {
  const { subjects, notFound } = await readGroup(find, wanted);
  for (const one of notFound) tell(notFoundResult(one));
  const identities = subjects.map(({ identity }) => identity);
  const list = await readFieldList(store, mapping.module);
  const fields = list?.fields ?? builtinFields(mapping.module);
  const looking = { store, zoho, mapping, oryIdField, fields, builtIn: list === undefined, signal };
  const present = overwrite ? await readPresent(looking, identities) : new Map<string, Overwritten>();
  const unseen = identities.filter(({ id }) => overwrite && !present.has(id)).length;
  if (unseen > 0)
    sayPrintable(`${unseen} could not be read from Zoho first, so their overwritten values are not shown.`);
  // A person asks for it, so what Zoho refused is sent again (rule 18).
  await forgetRefused(
    store,
    identities.map(({ id }) => id),
  );
  await putFresh({ store, mapping, oryIdField }, subjects, { event: 'sync', compare: true, overwrite });
  return { subjects: new Map(subjects.map((subject) => [subject.identity.id, subject])), present };
}
