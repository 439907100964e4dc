import { OryZohoError } from '../../errors.ts';
import type { Identity } from '../../model/identity.ts';
import { confirmOryProject } from '../../store/ory-project.ts';
import { drawAsOf } from '../../store/revision.ts';
import { readCounts } from '../../store/scan/counts.ts';
import { recordStretch } from '../../store/scan/record.ts';
import type { ScanRun } from '../../store/scan/run.ts';
import { readStandings } from '../../store/scan/standing.ts';
import type { Standing } from '../../store/scan/standing.ts';
import { readWaiting } from '../../store/scan/waiting.ts';
import { freshEntry, freshRules } from '../intake/put-fresh.ts';
import { stepOf } from './compare.ts';
import type { CompareRules } from './compare.ts';
import type { ScanContext } from './scan-context.ts';
import { isComplete } from './scan-options.ts';
import { pagesFrom } from './pages.ts';
import type { Page } from './pages.ts';
import { cutIntoStretches } from './stretches.ts';
import type { ScanPlace, Stepped } from './stretches.ts';

/** Rule 25: the maximum number of scan rows in the outbox. */
const WAITING_AT_MOST = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Why reading ended: at the last identity, to save credits (rule 29), or because Ory does not know the page
 * token.
 */
export type ReadingEnd = 'end' | 'credits' | 'bad_token';

/**
 * Reads all identities from the run's checkpoint on, and puts in or counts each.
 * @throws what `askOry` throws; OryZohoError `scan_lost`; StoreError. The run can then continue from its
 * checkpoint.
 */
export async function readAll(
  context: ScanContext,
  scan: ScanRun,
  rules: CompareRules,
  signal: AbortSignal,
): Promise<ReadingEnd> {
  const reading = new Reading(context, scan, rules, signal);
  const source = { ...context, world: context.store.world, drawAsOf: () => drawAsOf(context.store) };
  for await (const page of pagesFrom(source, scan.pageToken, signal)) {
    if ('forgotten' in page) return 'bad_token';
    const end = await reading.take(page);
    if (end !== undefined) return end;
  }
  return 'end';
}

class Reading {
  readonly #context: ScanContext;
  readonly #scan: ScanRun;
  readonly #rules: CompareRules;
  readonly #signal: AbortSignal;
  #place: ScanPlace;
  /** The first page of this process. Part of it may have been handled before. */
  #first = true;
  /** How many more may be put in. Undefined until it is known. */
  #left: number | undefined;
  #confirmed = false;

  constructor(context: ScanContext, scan: ScanRun, rules: CompareRules, signal: AbortSignal) {
    this.#context = context;
    this.#scan = scan;
    this.#rules = rules;
    this.#signal = signal;
    this.#place = { lastId: scan.lastId, ascending: scan.pageToken === null || scan.lastId !== null };
  }

  async take(page: Page): Promise<ReadingEnd | undefined> {
    if (this.#context.reserved()) return 'credits';
    const identities = this.#ahead(page.identities);
    const { store, oryIdField } = this.#context;
    const known = await readStandings(
      store,
      identities.map(({ id }) => id),
      oryIdField,
    );
    if (!this.#confirmed) await this.#confirm(page.identities);

    const { steps, full } = await this.#withinLimit(
      identities.map((identity) => this.#step(identity, known.get(identity.id), page.asOf)),
    );
    const last = full || page.next === null;
    const complete = isComplete(this.#rules.options);
    for (const stretch of cutIntoStretches(page, steps, this.#place, { complete, last })) {
      if ((await this.#room(stretch.entries.length)) === 'credits') return 'credits';
      await recordStretch(store, this.#scan, stretch, freshRules(this.#rules.mappingHash, oryIdField));
      this.#place = { ...this.#place, lastId: stretch.checkpoint.lastId };
      this.#context.wake();
    }
    const { kind, run } = this.#scan;
    const puts = steps.filter(({ entry }) => entry !== undefined).length;
    this.#context.report({ what: 'scan_page', scan: kind, run, identities: steps.length, puts });
    return last ? 'end' : undefined;
  }

  /**
   * Waiting identities that a webhook has announced prove the project too, in addition to those in the
   * ledger.
   */
  async #confirm(identities: readonly Identity[]): Promise<void> {
    const { store, report } = this.#context;
    this.#confirmed = await confirmOryProject(
      store,
      identities.map(({ id }) => id),
    );
    if (this.#confirmed) report({ what: 'reads_answered', confirmed: true });
  }

  /** Skips identities that were handled before an interruption, and detects a list that does not ascend. */
  #ahead(identities: readonly Identity[]): readonly Identity[] {
    const { lastId } = this.#place;
    const first = this.#first;
    this.#first = false;
    if (lastId === null) return identities;
    if (first) return identities.filter(({ id }) => id > lastId);
    const ascends = identities[0] === undefined || identities[0].id > lastId;
    if (!ascends) this.#place = { lastId: null, ascending: false };
    return identities;
  }

  #step(identity: Identity, known: Standing | undefined, asOf: number): Stepped {
    const step = stepOf(identity, known, this.#rules);
    if (step.do !== 'put') return { id: identity.id, step };
    const { event, priority } = step;
    const compare = this.#rules.options.verify;
    const mappingMayDiffer = this.#rules.kind === 'reconcile';
    const how = { event, priority, compare, mappingMayDiffer };
    return {
      id: identity.id,
      step,
      entry: freshEntry(this.#context.store, { identity, readAsOf: asOf }, how),
    };
  }

  async #withinLimit(steps: readonly Stepped[]): Promise<{ steps: readonly Stepped[]; full: boolean }> {
    const { limit } = this.#rules.options;
    if (limit === null) return { steps, full: false };
    let left = (this.#left ??= limit - (await readSoFar(this.#context, this.#scan.run)));
    const taken = steps.filter(({ step }) => step.do === 'pass' || (left -= 1) >= 0);
    this.#left = Math.max(0, left);
    return { steps: taken, full: left <= 0 };
  }

  /** Waits until the outbox has room for this number of scan rows. */
  async #room(rows: number): Promise<'room' | 'credits'> {
    if (rows === 0) return 'room';
    for (;;) {
      const waiting = await readWaiting(this.#context.store);
      if (waiting.aside >= WAITING_AT_MOST) throw tooManyAside(waiting.aside);
      if (waiting.rows - waiting.aside + rows <= WAITING_AT_MOST) return 'room';
      if (this.#context.reserved()) return 'credits';
      await this.#context.store.world.sleep(LOOK_EVERY_MS, this.#signal);
    }
  }
}

/** More rows would fill the disk, and none of them could be delivered. */
function tooManyAside(rows: number): OryZohoError {
  const message = `${rows.toLocaleString('en')} newcomers wait, because they must be looked up in Zoho first, and that is not possible now.`;
  const hint = 'Run "ory-zoho status" to see why. After the fix, the scan continues where it stopped.';
  return new OryZohoError('newcomers_wait', message, { hint, exitCode: 4 });
}

/** How many identities the run has read so far: those with an outcome, and those that wait. */
async function readSoFar({ store }: ScanContext, run: number): Promise<number> {
  const counts = await readCounts(store, run);
  const waiting = await readWaiting(store, run);
  return counts.reduce((sum, { n }) => sum + n, waiting.rows);
}
