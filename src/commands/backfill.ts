import { deliveryConfig } from '../config/serve-config.ts';
import { readSettings } from '../config/sources.ts';
import { OryZohoError } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import { joinAlone, leaveStore } from '../store/process.ts';
import type { Joined, ProcessRow } from '../store/process.ts';
import { dryRun } from './backfill/dry-run.ts';
import { scanOptions } from './backfill/options.ts';
import type { BackfillFlags } from './backfill/options.ts';
import { keepHeapSmall } from './backfill/keep-heap-small.ts';
import { runBackfill } from './backfill/run.ts';
import { noAdminApi } from './backfill/no-admin-api.ts';
import { refuseVainFilter } from './backfill/vain-filter.ts';
import { openParts } from './open-parts.ts';
import type { Parts } from './open-parts.ts';

/**
 * `ory-zoho backfill`: every identity of the project.
 * @returns 0 done; 3 some records failed, or it stopped to keep credits; 130 interrupted
 * @throws OryZohoError with the other exit codes
 */
export async function backfill(flags: BackfillFlags): Promise<ExitCode> {
  keepHeapSmall();
  const options = scanOptions(flags);
  const config = deliveryConfig(await readSettings({}));
  if (flags.dryRun) return dryRun(config, options, flags.json);
  const parts = await openParts(config, (message) => process.stderr.write(`${message}\n`));
  try {
    const { ory } = parts;
    if (ory === undefined) throw noAdminApi();
    await refuseVainFilter(ory, options, new AbortController().signal);
    const joined = await joinAsBackfill(parts, config.oryIdField === null);
    try {
      return await runBackfill({ config, parts, ory, joined, flags, options });
    } finally {
      await leaveStore(parts.store, joined);
    }
  } finally {
    await parts.close();
  }
}

async function joinAsBackfill({ store, mapping }: Parts, readAfterRestore: boolean): Promise<Joined> {
  const answer = await joinAlone(store, 'backfill', mapping.hashWithId, { readAfterRestore });
  if ('taken' in answer) throw anotherRuns(answer.taken);
  const { joined, others } = answer;
  for (const { kind, host, pid, mapping_hash } of others) {
    if (mapping_hash === mapping.hashWithId) continue;
    const message = `${kind} (process ${pid} on ${host}) works on this store with another mapping: give both the same.`;
    process.stderr.write(`Warning: ${message}\n`);
  }
  return joined;
}

function anotherRuns({ host, pid, started_at }: ProcessRow): OryZohoError {
  const since = new Date(started_at).toISOString();
  return new OryZohoError(
    'backfill_runs',
    `A backfill runs on this store: process ${pid} on ${host}, since ${since}.`,
    {
      hint: 'Wait for its end, or end it with Ctrl-C: the next one goes on from there.',
    },
  );
}
