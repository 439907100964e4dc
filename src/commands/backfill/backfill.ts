import { deliveryConfig } from '../../config/serve-config.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import { OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { ProcessRow } from '../../store/live-processes.ts';
import { backfillDryRun } from './backfill-dry-run.ts';
import { scanOptions } from './backfill-options.ts';
import type { BackfillFlags } from './backfill-options.ts';
import { keepHeapSmall } from './keep-heap-small.ts';
import { runBackfill } from './run-backfill.ts';
import { noAdminApi } from '../parts/no-admin-api.ts';
import { refuseVainFilter } from './vain-filter.ts';
import { openParts } from '../parts/open-parts.ts';
import type { Parts } from '../parts/open-parts.ts';
import { joinAsOnlyOne, otherMappingWords } from '../parts/member.ts';
import type { Member } from '../parts/member.ts';
import { say } from '../terminal/print.ts';

/**
 * `ory-zoho backfill`: syncs every identity of the project.
 * @returns 0 done; 3 some records failed, or it stopped to leave credits to webhooks; 130 interrupted
 * @throws OryZohoError with the other exit codes
 */
export async function backfill(flags: BackfillFlags): Promise<ExitCode> {
  keepHeapSmall();
  const options = scanOptions(flags);
  const config = deliveryConfig(await readSettings({}));
  if (flags.dryRun) return backfillDryRun(config, options, flags.json);
  const parts = await openParts(config, say);
  try {
    const { ory } = parts;
    if (ory === undefined) throw noAdminApi();
    await refuseVainFilter(ory, options, new AbortController().signal);
    const member = await joinAsBackfill(parts, config);
    try {
      return await runBackfill({ config, parts, ory, member, flags, options });
    } finally {
      await member.leave();
    }
  } finally {
    await parts.close();
  }
}

async function joinAsBackfill(parts: Parts, { oryIdField }: DeliveryConfig): Promise<Member> {
  const mapsOtherwise = (other: ProcessRow) => say(otherMappingWords(other));
  const member = await joinAsOnlyOne(parts, { kind: 'backfill', oryIdField, mapsOtherwise });
  if ('taken' in member) throw anotherRuns(member.taken);
  return member;
}

function anotherRuns({ host, pid, startedAt }: ProcessRow): OryZohoError {
  const since = new Date(startedAt).toISOString();
  return new OryZohoError(
    'backfill_runs',
    `A backfill is already running on this store: process ${pid} on ${host}, since ${since}.`,
    {
      hint: 'Wait until it ends, or stop it with Ctrl-C. The next run resumes from there.',
    },
  );
}
