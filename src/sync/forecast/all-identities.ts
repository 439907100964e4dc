/**
 * What a backfill would do with all identities of the project: it reads pages like a scan, but forecasts
 * instead of putting in.
 */
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Identity } from '../../model/identity.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { readStandings } from '../../store/scan/standing.ts';
import { forecast } from './forecast.ts';
import type { Forecast, Forecasts } from './forecast.ts';
import type { ForecastContext } from './forecast-context.ts';
import { stepOf } from '../scan/compare.ts';
import type { CompareRules } from '../scan/compare.ts';
import type { ScanOptions } from '../scan/scan-options.ts';
import { pagesFrom } from '../scan/pages.ts';
import type { PageSource } from '../scan/pages.ts';
import { contentHashOf } from '../intake/snapshot.ts';

/** The maximum number of identities in one forecast. */
const FORECAST_AT_MOST = 100;

/** The forecast for one identity. */
export type Foreseen =
  | { readonly is: 'forecast'; readonly forecast: Forecast }
  /** Nothing has changed, so it counts as its last outcome (rule 25). */
  | {
      readonly is: 'counted';
      readonly identity: Identity;
      readonly outcome: Outcome;
      readonly reason: string | null;
      /** The contact that is not taken over, because the identity's email is not verified. */
      readonly matched: string | null;
    };

export interface ForecastAll {
  readonly context: ForecastContext;
  /** Where the identities come from. Nothing is written, so the reads need no `as_of`. */
  readonly source: Omit<PageSource, 'drawAsOf'>;
  readonly options: ScanOptions;
  /** Asks Zoho until it answers. */
  readonly ask: (question: () => Promise<Forecasts | CallFailure>) => Promise<Forecasts>;
  /** Called for each identity. */
  readonly each: (one: Foreseen) => void;
  /** Called after each page, with the credits that delivery would not have needed. */
  readonly took: (page: readonly Identity[], extraCredits: number) => void;
}

/**
 * Reads all identities that a backfill would, and forecasts each one.
 * @returns why Ory does not continue its list; undefined if the end was reached
 * @throws what `askOry` and `ask` throw
 */
export async function forecastAll(all: ForecastAll): Promise<{ readonly forgotten: string } | undefined> {
  const { options, source, took } = all;
  const context = { ...all.context, mapping: oneByOne(all.context.mapping) };
  const most = options.limit ?? Number.POSITIVE_INFINITY;
  let left = most;
  for await (const page of pagesFrom({ ...source, drawAsOf: async () => 0 }, null, context.signal)) {
    if ('forgotten' in page) return page;
    const { taken, extraCredits } = await takePage({ ...all, context }, page.identities, left);
    left -= taken;
    took(page.identities, extraCredits);
    if (left <= 0) return undefined;
  }
  return undefined;
}

async function takePage(
  { context, source, options, ask, each }: ForecastAll,
  identities: readonly Identity[],
  atMost: number,
): Promise<{ taken: number; extraCredits: number }> {
  const { store, oryIdField } = context;
  const rules = rulesOf(context, options, source.world.now());
  const ids = identities.map(({ id }) => id);
  const known = store === undefined ? undefined : await readStandings(store, ids, oryIdField);
  const open: Identity[] = [];
  let counted = 0;
  for (const identity of identities) {
    if (counted + open.length >= atMost) break;
    const standing = known?.get(identity.id);
    const step = stepOf(identity, standing, rules);
    if (step.do === 'put') open.push(identity);
    if (step.do !== 'count') continue;
    counted += 1;
    const { outcome, reason } = step;
    each({ is: 'counted', identity, outcome, reason, matched: standing?.matched ?? null });
  }
  const credits = await Promise.all(
    inGroups(open).map(async (group) => {
      const told = await ask(() => forecast(context, group));
      for (const one of told.forecasts) each({ is: 'forecast', forecast: one });
      return told.extraCredits;
    }),
  );
  return { taken: counted + open.length, extraCredits: credits.reduce((sum, one) => sum + one, 0) };
}

/** @param now counts as the birth of a store that does not exist */
function rulesOf({ store, mapping }: ForecastContext, options: ScanOptions, now: number): CompareRules {
  return {
    kind: 'backfill',
    options,
    mappingHash: mapping.hash,
    bornAt: store?.bornAt ?? now,
    // Without a store no identity is known, so there is nothing to compare with.
    contentHash: (identity) => (store === undefined ? '' : contentHashOf(identity, store.hmac)),
    invited: true,
  };
}

function inGroups(identities: readonly Identity[]): (readonly Identity[])[] {
  return Array.from({ length: Math.ceil(identities.length / FORECAST_AT_MOST) }, (_, group) =>
    identities.slice(group * FORECAST_AT_MOST, (group + 1) * FORECAST_AT_MOST),
  );
}

/**
 * Groups are forecast at once. But mappings must not run at once, because the time limit of an expression is
 * wall-clock time.
 */
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
