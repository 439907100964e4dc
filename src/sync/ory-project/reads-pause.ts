import type { Report, Reporter } from '../../model/report.ts';
import type { ReadsHealth } from '../../store/live-processes.ts';

const REASON_OF_WRONG_PROJECT = 'wrong_ory_project';

/** No identity that Ory returned proves that this is the project the store was filled from. */
export const WRONG_PROJECT = {
  reason: REASON_OF_WRONG_PROJECT,
  message:
    'ORY_ADMIN_URL has returned no identity that this store knows or that a webhook announced: is it the right project?',
  ms: 60_000,
} as const;

/** So long after the time of the next try nothing has been read: nothing waits for a read any more. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

/**
 * Whether reads from Ory wait, and why. Every batch that needs a read meets the same trouble, so that what is told of it
 * is told once: when the pause begins, when its reason changes, and when it ends.
 */
export class ReadsPause {
  readonly #now: () => number;
  #pause: ReadsHealth | undefined;

  /** @param now ms since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Passes on all reports but those of a pause that has been told already. */
  tellingOnce(report: Reporter): Reporter {
    return (one) => {
      if (this.#isNews(one)) report(one);
    };
  }

  /** For the heartbeat; null: reads go on, or nothing needs one. */
  get health(): ReadsHealth | null {
    const pause = this.#pause;
    return pause === undefined || this.#now() > pause.until + FORGOTTEN_AFTER_MS ? null : pause;
  }

  #isNews(report: Report): boolean {
    if (report.what === 'reads_paused') {
      const before = this.health;
      this.#pause = { reason: report.reason, message: report.message, until: this.#now() + report.ms };
      return before?.reason !== report.reason;
    }
    if (report.what !== 'reads_answered') return true;
    // An answer alone does not show that it is the right project that answers.
    const goesOn = this.#pause?.reason === REASON_OF_WRONG_PROJECT && !report.confirmed;
    const ends = this.health !== null && !goesOn;
    if (!goesOn) this.#pause = undefined;
    return ends;
  }
}
