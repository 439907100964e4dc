import { existsSync } from 'node:fs';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { ConfigurationError, OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { builtinFields } from '../../mapping/builtin-fields.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { Report } from '../../model/report.ts';
import { createOryAdminClient } from '../../ory/admin-client.ts';
import type { OryAdminClient } from '../../ory/admin-client.ts';
import { boundTo } from '../../store/bound-to.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/open.ts';
import { tokenCache } from '../../store/token.ts';
import { readStandings } from '../../store/scan/standing.ts';
import { forecast } from '../../sync/forecast.ts';
import type { ForecastContext } from '../../sync/forecast.ts';
import { askOry } from '../../sync/scan/ask-ory.ts';
import { stepOf } from '../../sync/scan/compare.ts';
import type { CompareRules } from '../../sync/scan/compare.ts';
import type { ScanOptions } from '../../sync/scan/options.ts';
import { wait } from '../../sync/scan/wait.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import { memoryTokenCache } from '../init/memory-token-cache.ts';
import { readMapping, zohoBinding } from '../open-parts.ts';
import { sqlitePath } from '../sqlite-path.ts';
import { connectZoho } from '../zoho-connection.ts';
import { askZoho } from './ask-zoho.ts';
import { DryRunTally } from './dry-run-tally.ts';
import { noAdminApi } from './no-admin-api.ts';
import { Interrupted, PATIENCE_MS, stopOnSignals } from './stop.ts';
import { noteOf, printEvent } from './tell.ts';

/** What one forecast takes. */
const FORECAST_AT_MOST = 100;

/**
 * `backfill --dry-run`: what a backfill would do, by the same rules. Writes nothing, in Zoho or in the store.
 * @throws OryZohoError when Ory or Zoho does not answer; ConfigurationError
 */
export async function dryRun(config: DeliveryConfig, options: ScanOptions, json: boolean): Promise<ExitCode> {
  if (config.ory === undefined) throw noAdminApi();
  const startedAt = performance.now();
  const mapping = await readMapping(config);
  const stop = stopOnSignals();
  const ory = createOryAdminClient(config.ory);
  const store = await openIfThere(config.databaseUrl);
  const tokens = store === undefined ? memoryTokenCache() : tokenCache(store);
  const zoho = connectZoho(config.zoho, tokens, SILENT);
  const tally = new DryRunTally();
  try {
    if (store !== undefined) await refuseForeign(store, zohoBinding(config, mapping));
    await readEverybody({ config, options, json, mapping, ory, store, zoho, tally, signal: stop.signal });
    const { creditsUsed } = zoho.stats();
    const seconds = (performance.now() - startedAt) / 1_000;
    if (json) printEvent(tally.event(creditsUsed, seconds));
    else process.stdout.write(tally.text(creditsUsed, seconds));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    await zoho.close();
    await store?.close();
    await ory.close();
  }
}

interface Reading {
  readonly config: DeliveryConfig;
  readonly options: ScanOptions;
  readonly json: boolean;
  readonly mapping: CompiledMapping;
  readonly ory: OryAdminClient;
  readonly store: Store | undefined;
  readonly zoho: ZohoClient;
  readonly tally: DryRunTally;
  readonly signal: AbortSignal;
}

async function readEverybody(reading: Reading): Promise<void> {
  const { mapping, options, config, ory, store, zoho, signal, tally, json } = reading;
  const context: ForecastContext = {
    mapping,
    oryIdField: config.oryIdField,
    fields: await fieldList(zoho, mapping.module, signal),
    store,
    zoho,
    compare: options.verify,
    signal,
  };
  const bornAt = store?.bornAt ?? Date.now();
  const rules = { kind: 'backfill', options, mappingHash: mapping.hash, bornAt, invited: true } as const;
  const asking = { report: sayOf, patienceMs: PATIENCE_MS };
  for (let token: string | undefined, more = true; more; ) {
    const at = token;
    const page = await askOry(asking, () => ory.page(at, signal), signal);
    if (page.kind === 'bad_token') throw forgotten(page.message);
    await takePage(context, rules, tally, page.identities);
    if (json) printEvent({ event: 'page', identities: page.identities.length });
    const full = options.limit !== null && tally.read >= options.limit;
    [token, more] = [page.next, page.next !== undefined && !full];
    if (more && page.restMs > 0) await wait(page.restMs, signal);
  }
}

async function takePage(
  context: ForecastContext,
  rules: CompareRules,
  tally: DryRunTally,
  identities: readonly Identity[],
): Promise<void> {
  const { store, signal } = context;
  const ids = identities.map(({ id }) => id);
  const known = store === undefined ? undefined : await readStandings(store, ids);
  const open: Identity[] = [];
  for (const identity of identities) {
    if (tally.read + open.length >= (rules.options.limit ?? Number.POSITIVE_INFINITY)) break;
    const step = stepOf(identity, known?.get(identity.id), rules);
    if (step.do === 'count') tally.count(step.outcome, step.reason);
    if (step.do === 'put') open.push(identity);
  }
  for (let start = 0; start < open.length; start += FORECAST_AT_MOST) {
    const some = open.slice(start, start + FORECAST_AT_MOST);
    const { forecasts } = await askZoho(() => forecast(context, some), say, signal);
    for (const one of forecasts) tally.add(one);
  }
}

async function fieldList(
  zoho: ZohoClient,
  module: CompiledMapping['module'],
  signal: AbortSignal,
): Promise<FieldList> {
  const answer = await askZoho(() => zoho.fields(module, signal), say, signal);
  return answer.kind === 'fields' ? answer.fields : builtinFields(module);
}

function sayOf(report: Report): void {
  const note = noteOf(report);
  if (note !== undefined) say(note);
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

function forgotten(message: string): OryZohoError {
  return new OryZohoError('page_token', `Ory has forgotten the place in its list: ${message}`, {
    hint: 'Run it again.',
  });
}

/** No store is made: without one it is as if nothing had ever been delivered. */
async function openIfThere(databaseUrl: string): Promise<Store | undefined> {
  const path = sqlitePath(databaseUrl);
  return path !== undefined && !existsSync(path) ? undefined : openStore(databaseUrl);
}

async function refuseForeign(store: Store, binding: string): Promise<void> {
  const bound = await boundTo(store);
  if (bound === null || bound === binding) return;
  throw new ConfigurationError(
    'store_of_another',
    `This store belongs to another Zoho connection: ${bound}, not ${binding}.`,
    { hint: 'Point DATABASE_URL to a store of its own for each Zoho connection and Ory project.' },
  );
}
