import { NODE_WORLD } from '../../node-world.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { openStoreIfThere } from '../../store/open.ts';
import type { Store } from '../../store/open.ts';
import type { ForecastContext } from '../../sync/forecast/forecast-context.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { readBoundZoho, refuseOtherZoho } from '../../store/binding.ts';
import { tokenCache } from '../../store/token.ts';
import { forecastAll } from '../../sync/forecast/all-identities.ts';
import { FieldLists } from '../../sync/field-list.ts';
import type { ScanOptions } from '../../sync/scan/scan-options.ts';
import { memoryTokenCache } from '../parts/memory-token-cache.ts';
import { boundOry, readMapping, zohoBinding } from '../parts/open-parts.ts';
import { connectZoho } from '../parts/zoho-connection.ts';
import { askZoho } from './until-zoho-answers.ts';
import { DryRunProgress } from './dry-run-progress.ts';
import { DryRunTally } from './dry-run-tally.ts';
import { identityForecast } from './identity-forecast.ts';
import { noAdminApi } from '../parts/no-admin-api.ts';
import { ProgressDisplay } from './progress-display.ts';
import { PATIENCE_MS, stopOnSignals } from './stop-backfill.ts';
import { Interrupted } from '../parts/interrupted.ts';
import { noteOf } from '../parts/report-notes.ts';
import { refuseVainFilter } from './vain-filter.ts';
import { printJson } from '../terminal/print.ts';

interface DryRun {
  readonly config: DeliveryConfig;
  readonly options: ScanOptions;
  readonly json: boolean;
  readonly mapping: CompiledMapping;
  /** Undefined if there is none; the forecast then assumes that nothing was ever delivered. */
  readonly store: Store | undefined;
  readonly ory: OryAdminClient;
  readonly zoho: ZohoClient;
  readonly display: ProgressDisplay;
  readonly signal: AbortSignal;
}

/**
 * `backfill --dry-run`: forecasts a backfill by the same rules. Writes nothing to Zoho or the store.
 * @throws OryZohoError if Ory or Zoho does not answer; ConfigurationError
 */
export async function backfillDryRun(
  config: DeliveryConfig,
  options: ScanOptions,
  json: boolean,
): Promise<ExitCode> {
  if (config.ory === undefined) throw noAdminApi();
  const mapping = await readMapping(config);
  const { signal } = stopOnSignals();
  const store = await openStoreIfThere(config.databaseUrl);
  const ory = store === undefined ? createOryAdminClient(config.ory) : boundOry(config.ory, store, undefined);
  const tokens = store === undefined ? memoryTokenCache() : tokenCache(store);
  const zoho = connectZoho(config.zoho, tokens);
  const display = new ProgressDisplay();
  try {
    if (store !== undefined) refuseOtherZoho(await readBoundZoho(store), zohoBinding(config, mapping));
    await refuseVainFilter(ory, options, signal);
    await forecastAndTell({ config, options, json, mapping, store, ory, zoho, display, signal });
    return 0;
  } catch (error) {
    await display.end();
    if (!(error instanceof Interrupted)) throw error;
    display.note('Interrupted; nothing was written. Run the same command again for the whole forecast.');
    return 130;
  } finally {
    await zoho.close();
    await store?.close();
    await ory.close();
  }
}

async function forecastAndTell(run: DryRun): Promise<void> {
  const { options, json, ory, zoho, display, signal } = run;
  const startedAt = performance.now();
  const said = new Set<string>();
  // Groups are read at the same time and meet the same problem.
  const noteOnce = (message: string) => {
    if (!said.has(message)) display.note(message);
    said.add(message);
  };
  const tally = new DryRunTally();
  const progress = new DryRunProgress(tally, zoho, options.limit);
  const context = await forecastContext(run);
  display.show(async () => progress.line());
  const end = await forecastAll({
    context,
    options,
    source: {
      ory,
      report: (report) => noteIfAny(report, display),
      patienceMs: PATIENCE_MS,
      world: NODE_WORLD,
    },
    ask: (question) => askZoho(question, noteOnce, signal),
    each(one) {
      tally.hear(one);
      const line = identityForecast(one);
      if (json && line.action !== 'unchanged') printJson({ event: 'identity', ...line });
    },
    took(page, extraCredits) {
      said.clear();
      tally.extraCredits += extraCredits;
      progress.lastId = page.at(-1)?.id ?? progress.lastId;
      if (json) printJson({ event: 'page', identities: page.length });
    },
  });
  if (end !== undefined) throw forgotten(end.forgotten);
  await display.end();
  const creditsUsed = zoho.stats().creditsUsed - tally.extraCredits;
  const seconds = (performance.now() - startedAt) / 1_000;
  if (json) printJson(tally.event(creditsUsed, seconds));
  else process.stdout.write(tally.text(creditsUsed, seconds));
}

async function forecastContext(run: DryRun): Promise<ForecastContext> {
  const { config, options, mapping, store, zoho, display, signal } = run;
  const { oryIdField } = config;
  const lists = new FieldLists({ store, zoho, mapping, oryIdField }, false);
  const note = (message: string) => display.note(message);
  const { fields } = await askZoho(() => lists.read(performance.now(), signal), note, signal);
  const builtIn = lists.isBuiltIn;
  const compare = options.verify;
  return { mapping, oryIdField, fields, builtIn, store, zoho, compare, resend: false, signal };
}

function noteIfAny(report: Report, display: ProgressDisplay): void {
  const message = noteOf(report);
  if (message !== undefined) display.note(message);
}

function forgotten(message: string): OryZohoError {
  return new OryZohoError('page_token', `Ory lost its place in the list of identities: ${message}`, {
    hint: 'Run the same command again.',
  });
}
