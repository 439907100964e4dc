import { OryZohoError } from '../../errors.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Identity } from '../../model/identity.ts';
import type { Report } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { readStandings } from '../../store/scan/standing.ts';
import { forecast } from '../../sync/forecast.ts';
import type { ForecastContext } from '../../sync/forecast.ts';
import { askOry } from '../../sync/scan/ask-ory.ts';
import { stepOf } from '../../sync/scan/compare.ts';
import type { CompareRules } from '../../sync/scan/compare.ts';
import type { ScanOptions } from '../../sync/scan/options.ts';
import { wait } from '../../sync/scan/wait.ts';
import { contentHashOf } from '../../sync/snapshot.ts';
import { askZoho } from './ask-zoho.ts';
import type { DryRunTally } from './dry-run-tally.ts';
import { countedForecast, identityForecast } from './identity-forecast.ts';
import type { IdentityForecast } from './identity-forecast.ts';
import { PATIENCE_MS } from './stop.ts';
import { noteOf } from './tell.ts';

/** What one forecast takes. */
const FORECAST_AT_MOST = 100;

export interface DryRunReading {
  readonly context: ForecastContext;
  readonly ory: OryAdminClient;
  readonly options: ScanOptions;
  /** Counts each identity. */
  readonly tally: DryRunTally;
  /** What somebody who watches should know at once. */
  readonly note: (message: string) => void;
  /** Told of each identity. */
  readonly each: (one: IdentityForecast) => void;
}

/**
 * Reads all identities that a backfill would, and counts what would become of each.
 * @param took called after each page
 * @throws what `askOry` and `askZoho` throw
 */
export async function forecastEverybody(
  reading: DryRunReading,
  took: (page: readonly Identity[]) => void,
): Promise<void> {
  const { ory, options, tally, note } = reading;
  const context = { ...reading.context, mapping: oneByOne(reading.context.mapping) };
  const { signal } = context;
  const asking = { report: (report: Report) => noteIfAny(report, note), patienceMs: PATIENCE_MS };
  for (let token: string | undefined, more = true; more; ) {
    const at = token;
    const page = await askOry(asking, () => ory.page(at, signal), signal);
    if (page.kind === 'bad_token') throw forgotten(page.message);
    await takePage({ ...reading, context }, page.identities);
    took(page.identities);
    const full = options.limit !== null && tally.read >= options.limit;
    [token, more] = [page.next, page.next !== undefined && !full];
    if (more && page.restMs > 0) await wait(page.restMs, signal);
  }
}

async function takePage(
  { context, options, tally, note, each }: DryRunReading,
  identities: readonly Identity[],
): Promise<void> {
  const { store, mapping, signal } = context;
  const rules: CompareRules = {
    kind: 'backfill',
    options,
    mappingHash: mapping.hash,
    bornAt: store?.bornAt ?? Date.now(),
    // Without a store nobody is known, and there is nothing to compare with.
    contentHash: (identity) => (store === undefined ? '' : contentHashOf(identity, store.hmac)),
    invited: true,
  };
  const ids = identities.map(({ id }) => id);
  const known = store === undefined ? undefined : await readStandings(store, ids, context.oryIdField);
  const open: Identity[] = [];
  for (const identity of identities) {
    if (tally.read + open.length >= (options.limit ?? Number.POSITIVE_INFINITY)) break;
    const standing = known?.get(identity.id);
    const step = stepOf(identity, standing, rules);
    if (step.do === 'count') {
      tally.count(step.outcome, step.reason);
      const matched = standing?.matched ?? null;
      if (matched !== null) tally.nameUnverified(identity.id, matched);
      each({ ...countedForecast(identity, step.outcome, step.reason), contact_id: matched });
    }
    if (step.do === 'put') open.push(identity);
  }
  const groups = Array.from({ length: Math.ceil(open.length / FORECAST_AT_MOST) }, (_, group) =>
    open.slice(group * FORECAST_AT_MOST, (group + 1) * FORECAST_AT_MOST),
  );
  const said = new Set<string>();
  const noteOnce = (message: string) => {
    if (!said.has(message)) note(message);
    said.add(message);
  };
  await Promise.all(
    groups.map(async (group) => {
      const told = await askZoho(() => forecast(context, group), noteOnce, signal);
      tally.extraCredits += told.extraCredits;
      for (const one of told.forecasts) {
        tally.add(one);
        each(identityForecast(one));
      }
    }),
  );
}

/** Groups are forecast at once, but an expression's time limit must not run out on its neighbours' work. */
function oneByOne(mapping: CompiledMapping): CompiledMapping {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...mapping,
    evaluate: (identity, fields) => {
      const mapped = last.then(() => mapping.evaluate(identity, fields));
      last = mapped;
      return mapped;
    },
  };
}

function noteIfAny(report: Report, note: (message: string) => void): void {
  const message = noteOf(report);
  if (message !== undefined) note(message);
}

function forgotten(message: string): OryZohoError {
  return new OryZohoError('page_token', `Ory has forgotten the place in its list: ${message}`, {
    hint: 'Run it again.',
  });
}
