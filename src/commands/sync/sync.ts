import { deliveryConfig } from '../../config/serve-config.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { ExitCode } from '../../errors.ts';
import { needsAPerson } from '../../model/pause.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryAdminOptions } from '../../ory/admin/admin-request.ts';
import { noAdminApi } from '../parts/no-admin-api.ts';
import { Interrupted } from '../parts/interrupted.ts';
import { openStoreIfThere } from '../../store/open.ts';
import { boundOry, openParts } from '../parts/open-parts.ts';
import { onStopSignals } from '../parts/stop-signals.ts';
import { syncDryRun } from './sync-dry-run.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncResult } from './sync-result.ts';
import { runSync } from './run-sync.ts';
import { Tally } from './sync-tally.ts';
import { sayPrintable } from '../terminal/print.ts';
import { sayHints, tell } from './tell-sync.ts';
import { groupsOf, wantedOf } from './named-identities.ts';
import type { Named } from '../../sync/find-identity/named.ts';

/** How many identities are read, queued and waited for at a time. */
const GROUP = 100;

/** What a sync and its dry run share. */
interface Work {
  readonly config: DeliveryConfig;
  readonly ory: OryAdminOptions;
  readonly groups: AsyncIterable<readonly Named[]>;
  readonly waitMs: number;
  /** Also write the fields that `adopt: fill` keeps. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  readonly tell: (result: SyncResult) => void;
}

/**
 * `ory-zoho sync`: syncs single identities to Zoho now and compares them with the contacts there.
 * @returns 0 all are up to date; 3 some are not; 1 none is; 4 not connected; 130 interrupted
 * @throws OryZohoError with the other exit codes
 */
export async function sync(emails: readonly string[], options: SyncOptions): Promise<ExitCode> {
  const signal = interruption();
  const wanted = wantedOf(emails, options, signal);
  const config = deliveryConfig(await readSettings({}));
  if (config.ory === undefined) throw noAdminApi();
  const tally = new Tally();
  const work: Work = {
    config,
    ory: config.ory,
    groups: groupsOf(wanted, GROUP),
    waitMs: options.wait * 1_000,
    overwrite: options.overwrite,
    signal,
    tally,
    tell(result) {
      tally.add(result);
      tell(result, options.json);
    },
  };
  try {
    return await (options.dryRun ? foretellAll(work) : deliverAll(work));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    sayPrintable(
      `Interrupted. ${tally.all === 0 ? 'No identity was processed' : `${tally.text}; the rest was not processed`}. Run the same command again for the rest.`,
    );
    return 130;
  }
}

/** Aborted by Ctrl-C or by SIGTERM from a supervisor; a second signal ends the process at once. */
function interruption(): AbortSignal {
  const over = new AbortController();
  onStopSignals(() => {
    sayPrintable('Waiting for running calls, 8 s at most. Press Ctrl-C again to end at once.');
    over.abort(new Interrupted());
  });
  return over.signal;
}

async function deliverAll(work: Work): Promise<ExitCode> {
  const parts = await openParts(work.config, sayPrintable);
  try {
    const { ory } = parts;
    if (ory === undefined) throw noAdminApi();
    const { pause, besideServe } = await runSync({ ...work, parts, ory }, work.groups);
    sayHints(work.tally, { pause, besideServe });
    return pause?.dead === true ? 4 : work.tally.exitCode;
  } finally {
    await parts.close();
  }
}

async function foretellAll(work: Work): Promise<ExitCode> {
  const store = await openStoreIfThere(work.config.databaseUrl);
  const ory = store === undefined ? createOryAdminClient(work.ory) : boundOry(work.ory, store, undefined);
  try {
    const failure = await syncDryRun({ ...work, ory }, work.groups);
    sayHints(work.tally, undefined);
    if (failure === undefined) return work.tally.exitCode;
    sayPrintable(`Zoho could not be read: ${failure.message}`);
    sayPrintable('Check the connection with: ory-zoho doctor');
    return 'pause' in failure && needsAPerson(failure.pause) ? 4 : 1;
  } finally {
    await ory.close();
    await store?.close();
  }
}
