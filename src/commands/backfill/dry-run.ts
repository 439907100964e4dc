import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { ExitCode } from '../../errors.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import { readBoundZoho, refuseOtherZoho } from '../../store/binding.ts';
import { openStoreIfThere } from '../../store/open.ts';
import { tokenCache } from '../../store/token.ts';
import { FieldLists } from '../../sync/field-list.ts';
import type { ScanOptions } from '../../sync/scan/options.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import { memoryTokenCache } from '../memory-token-cache.ts';
import { boundOry, readMapping, zohoBinding } from '../open-parts.ts';
import { connectZoho } from '../zoho-connection.ts';
import { askZoho } from './ask-zoho.ts';
import { DryRunProgress } from './dry-run-progress.ts';
import { DryRunTally } from './dry-run-tally.ts';
import { forecastEverybody } from './forecast-everybody.ts';
import type { IdentityForecast } from './identity-forecast.ts';
import { noAdminApi } from './no-admin-api.ts';
import { ProgressDisplay } from './progress-display.ts';
import { Interrupted, stopOnSignals } from './stop.ts';
import { refuseVainFilter } from './vain-filter.ts';
import { printEvent } from './tell.ts';

/**
 * `backfill --dry-run`: what a backfill would do, by the same rules. Writes nothing, in Zoho or in the store.
 * @throws OryZohoError when Ory or Zoho does not answer; ConfigurationError
 */
export async function dryRun(config: DeliveryConfig, options: ScanOptions, json: boolean): Promise<ExitCode> {
  if (config.ory === undefined) throw noAdminApi();
  const startedAt = performance.now();
  const mapping = await readMapping(config);
  const { signal } = stopOnSignals();
  const store = await openStoreIfThere(config.databaseUrl);
  const ory = store === undefined ? createOryAdminClient(config.ory) : boundOry(config.ory, store, undefined);
  const tokens = store === undefined ? memoryTokenCache() : tokenCache(store);
  const zoho = connectZoho(config.zoho, tokens, SILENT);
  const tally = new DryRunTally();
  const display = new ProgressDisplay();
  const note = (message: string) => display.note(message);
  try {
    if (store !== undefined) refuseOtherZoho(await readBoundZoho(store), zohoBinding(config, mapping));
    await refuseVainFilter(ory, options, signal);
    const { oryIdField } = config;
    const lists = new FieldLists({ store, zoho, mapping, oryIdField }, false);
    const { fields } = await askZoho(() => lists.read(performance.now(), signal), note, signal);
    const context = {
      mapping,
      oryIdField,
      fields,
      builtIn: lists.isBuiltIn,
      store,
      zoho,
      compare: options.verify,
      resend: false,
      signal,
    };
    const progress = new DryRunProgress(tally, zoho, options.limit);
    display.show(async () => progress.line());
    const each = (one: IdentityForecast) => {
      if (json && one.action !== 'unchanged') printEvent({ event: 'identity', ...one });
    };
    await forecastEverybody({ context, ory, options, tally, note, each }, (page) => {
      progress.lastId = page.at(-1)?.id ?? progress.lastId;
      if (json) printEvent({ event: 'page', identities: page.length });
    });
    await display.end();
    const creditsUsed = zoho.stats().creditsUsed - tally.extraCredits;
    const seconds = (performance.now() - startedAt) / 1_000;
    if (json) printEvent(tally.event(creditsUsed, seconds));
    else process.stdout.write(tally.text(creditsUsed, seconds));
    return 0;
  } catch (error) {
    await display.end();
    if (!(error instanceof Interrupted)) throw error;
    note('Interrupted; nothing was written. Run the same command again to see all of it.');
    return 130;
  } finally {
    await zoho.close();
    await store?.close();
    await ory.close();
  }
}
