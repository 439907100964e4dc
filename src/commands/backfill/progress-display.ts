import type { Store } from '../../store/open.ts';
import { readProgress, total } from '../../sync/scan/progress.ts';
import { progressLine } from './words.ts';

const ON_A_TERMINAL_MS = 500;
const ON_A_PIPE_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

/** Shows on stderr how far a run has come: one line that changes on a terminal, else a line every ten seconds. */
export class ProgressDisplay {
  readonly #store: Store;
  readonly #terminal = process.stderr.isTTY;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #showing: Promise<void> | undefined;
  /** Where the run stood when this process began. */
  #before: { identities: number; share: number } | undefined;
  #shown = '';

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * From now on this run is shown.
   * @param credits used by this process so far
   */
  show(run: number, credits: () => number): void {
    clearInterval(this.#timer);
    this.#before = undefined;
    const look = () => {
      this.#showing ??= this.#show(run, credits()).finally(() => (this.#showing = undefined));
    };
    look();
    this.#timer = setInterval(look, this.#terminal ? ON_A_TERMINAL_MS : ON_A_PIPE_MS);
  }

  /** Something to say beside it, once. */
  note(message: string): void {
    process.stderr.write(this.#terminal ? `${CLEAR_LINE}${message}\n${this.#shown}` : `${message}\n`);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#showing;
    if (this.#terminal) process.stderr.write(CLEAR_LINE);
    this.#shown = '';
  }

  async #show(run: number, credits: number): Promise<void> {
    // A store that is busy is asked again the next time.
    const progress = await readProgress(this.#store, 'backfill', run).catch(() => undefined);
    if (progress === undefined) return;
    const identities = total(progress.outcomes);
    // The first look is where it began.
    if (this.#before === undefined) {
      this.#before = { identities, share: progress.share ?? 0 };
      return;
    }
    const line = progressLine(progress, {
      seconds: (performance.now() - this.#startedAt) / 1_000,
      identities: identities - this.#before.identities,
      shareBefore: this.#before.share,
      credits,
    });
    this.#shown = this.#terminal ? line : '';
    process.stderr.write(this.#terminal ? `${CLEAR_LINE}${line}` : `${line}\n`);
  }
}
