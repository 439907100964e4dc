import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { OryAdminClient } from '../../ory/admin-client.ts';
import { readOrgNumber } from '../../store/bound-org.ts';
import { put, PUT_AT_MOST } from '../../store/outbox/put.ts';
import { drawAsOf } from '../../store/revision.ts';
import { tokenCache } from '../../store/token.ts';
import { DeliverOnly } from '../../sync/deliver-only.ts';
import type { Pause } from '../../sync/deliver-only.ts';
import { ReadsPause } from '../../sync/reads-pause.ts';
import { snapshotOf } from '../../sync/snapshot.ts';
import { recordLink } from '../../zoho/record-link.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import type { Parts } from '../open-parts.ts';
import { connectZoho, hostsOf } from '../zoho-connection.ts';
import { findGroup } from './find.ts';
import type { FindContext, Subject } from './find.ts';
import { joinAsSync } from './join.ts';
import { notFoundResult, queuedResult, settledResult } from './result.ts';
import type { SyncResult } from './result.ts';
import { sayReport } from './tell.ts';
import type { Wanted } from './wanted.ts';

export interface SyncRun {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly ory: OryAdminClient;
  readonly waitMs: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly tell: (result: SyncResult) => void;
}

/** How a run ended. */
export interface SyncEnd {
  /** Why delivery rests, where it does. */
  readonly pause: Pause | undefined;
  readonly besideServe: boolean;
}

/**
 * Puts in who is wanted, group by group, and waits for each group's delivery. Goes on without waiting once a group has come
 * to nothing in its time, and ends where only a person can mend the connection.
 * @throws the signal's reason once it is aborted, after what was put is told; what `askOry` throws; StoreError
 */
export async function runSync(run: SyncRun, groups: AsyncIterable<readonly Wanted[]>): Promise<SyncEnd> {
  const { config, parts, ory, signal, tell } = run;
  const { store, mapping } = parts;
  const { oryIdField } = config;
  const zoho = connectZoho(config.zoho, tokenCache(store), SILENT);
  const reads = new ReadsPause();
  const report = reads.tellingOnce(sayReport);
  const delivery = new DeliverOnly({ store, zoho, ory, mapping, oryIdField, report });
  const member = await joinAsSync(parts, zoho, () => delivery.connection, reads);
  const seen = new Set<string>();
  const find = {
    ory,
    report,
    patienceMs: run.waitMs,
    drawAsOf: () => drawAsOf(store),
    seen,
    signal,
  };
  const { apiBaseUrl } = hostsOf(config.zoho);
  let { waitMs } = run;
  let pause: Pause | undefined;
  let org: string | undefined;
  try {
    for await (const group of groups) {
      const subjects = await takeIn(run, find, group);
      const left = await delivery.deliver({
        identityIds: [...subjects.keys()],
        waitMs,
        signal,
        settled: async (id, outcome) => {
          org ??= await readOrgNumber(store);
          const linkTo = (contactId: string) => recordLink(apiBaseUrl, org, mapping.module, contactId);
          const subject = subjects.get(id);
          if (subject !== undefined) tell(settledResult(subject, outcome, linkTo));
        },
      });
      for (const [id, waiting] of left.waiting) {
        const subject = subjects.get(id);
        if (subject !== undefined) tell(queuedResult(subject, waiting, left.pause));
      }
      if (left.waiting.size === 0) continue;
      pause = left.pause ?? pause;
      if (pause?.dead === true) break;
      if (left.waiting.size === subjects.size) waitMs = 0;
    }
    signal.throwIfAborted();
    return { pause, besideServe: member.besideServe };
  } finally {
    await delivery.stop();
    await zoho.close();
    await member.leave();
  }
}

/** Reads a group from Ory and puts it in. @returns who is to be delivered, by identity id */
async function takeIn(
  { parts: { store, mapping }, tell }: SyncRun,
  find: FindContext,
  wanted: readonly Wanted[],
): Promise<Map<string, Subject>> {
  const { subjects, notFound } = await findGroup(find, wanted);
  for (const one of notFound) tell(notFoundResult(one));
  const entries = subjects.map(({ identity, readAsOf }) => {
    return { ...snapshotOf(identity, 'sync', store.hmac), readAsOf, compare: true };
  });
  for (let start = 0; start < entries.length; start += PUT_AT_MOST) {
    const some = entries.slice(start, start + PUT_AT_MOST);
    await put(store, some, { mappingHash: mapping.hash, adminReads: true });
  }
  return new Map(subjects.map((subject) => [subject.identity.id, subject]));
}
