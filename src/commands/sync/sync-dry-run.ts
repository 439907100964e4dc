import { NODE_WORLD } from '../../node-world.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { recordLink } from '../../zoho/record-link.ts';
import { foretell } from '../parts/forecast/foretell.ts';
import { readMappingSettings } from '../parts/forecast/mapping-settings.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { readGroup } from '../../sync/find-identity/read-group.ts';
import { wouldOverwrite } from './overwritten.ts';
import { forecastResult, notFoundResult } from './sync-result.ts';
import type { SyncResult } from './sync-result.ts';
import { sayPrintable } from '../terminal/print.ts';
import { sayReport } from './tell-sync.ts';
import type { Named } from '../../sync/find-identity/named.ts';

/** The most identities in one forecast. */
const FORECAST_AT_MOST = 100;

export interface DryRun {
  readonly ory: OryAdminClient;
  /** Time limit for an answer from Ory, in ms. */
  readonly waitMs: number;
  /** Forecast a run with `--overwrite`. */
  readonly overwrite: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly tell: (result: SyncResult) => void;
}

/**
 * `sync --dry-run`: forecasts the delivery by its own rules. Nothing is queued or written. It ends if Zoho
 * does not answer.
 * @returns why Zoho did not answer, if so
 * @throws the signal's reason once it is aborted; what `askOry` throws; ConfigurationError
 */
export async function syncDryRun(
  { ory, waitMs, overwrite, signal, tell }: DryRun,
  groups: AsyncIterable<readonly Named[]>,
): Promise<CallFailure | undefined> {
  const settings = await readMappingSettings(undefined);
  const { module } = settings.mapping;
  const { apiBaseUrl } = hostsOf(settings.config.zoho);
  const linkTo = (id: string) => recordLink(apiBaseUrl, undefined, module, id);
  const drawAsOf = async () => 0;
  const seen = new Set<string>();
  const notes = new Set<string>();
  for await (const group of groups) {
    const find = { ory, report: sayReport, world: NODE_WORLD, patienceMs: waitMs, drawAsOf, seen, signal };
    const { subjects, notFound } = await readGroup(find, group);
    for (const one of notFound) tell(notFoundResult(one));
    for (let start = 0; start < subjects.length; start += FORECAST_AT_MOST) {
      const some = subjects.slice(start, start + FORECAST_AT_MOST);
      const told = await foretell(
        settings,
        some.map(({ identity }) => identity),
        signal,
        { resend: true, overwrite },
      );
      signal.throwIfAborted();
      if (told.failure !== undefined) return told.failure;
      for (const [index, one] of told.forecasts.entries()) {
        const subject = some[index];
        const result = subject && forecastResult(subject, one, module, linkTo);
        if (result !== undefined) tell(overwrite ? { ...result, overwritten: wouldOverwrite(one) } : result);
      }
      for (const note of told.notes) if (!notes.has(note)) sayPrintable(note);
      for (const note of told.notes) notes.add(note);
    }
  }
  signal.throwIfAborted();
  return undefined;
}
