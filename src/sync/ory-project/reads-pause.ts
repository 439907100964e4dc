import type { Report, Reporter } from '../../model/report.ts';
import type { ReadsHealth } from '../../store/live-processes.ts';

const REASON_OF_WRONG_PROJECT = 'wrong_ory_project';

/** No identity that Ory returned proves that this is the project which filled the store. */
export const WRONG_PROJECT = {
  reason: REASON_OF_WRONG_PROJECT,
  message:
    'ORY_ADMIN_URL has returned no identity that this store knows or that a webhook announced. Is it the right project?',
  ms: 60_000,
} as const;

/** If nothing was read for this long after the next try was due, no row waits for a read any more. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

/**
 * Whether reads from Ory wait, and why. Every batch that needs a read meets the same trouble. So it is
 * reported only when the pause begins, when its reason changes, and when it ends.
 */
export class ReadsPause {
  readonly #now: () => number;
  #pause: ReadsHealth | undefined;

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Passes on all reports except those of a pause that was reported already. */
  tellingOnce(report: Reporter): Reporter {
    return (one) => {
      if (this.#isNews(one)) report(one);
    };
  }

  /** For the heartbeat. Null if reads are allowed, or if no row needs one. */
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
    // An answer alone does not prove that it comes from the right project.
    const goesOn = this.#pause?.reason === REASON_OF_WRONG_PROJECT && !report.confirmed;
    const ends = this.health !== null && !goesOn;
    if (!goesOn) this.#pause = undefined;
    return ends;
  }
}
