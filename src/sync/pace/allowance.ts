/**
 * Rule 13: how many credits the tries of one process may use while Zoho refuses or fails its calls. It is a
 * reserve that fills again at a steady rate. Whatever a try costs, the pause after it is long enough.
 */
const RESERVE = 250;
/** The reserve fills again by this number in a day. */
const A_DAY = 2_100;

/**
 * The credits that one process uses at most in a day while Zoho takes no record. They include the calls that
 * were under way at the first failure, and the last try.
 */
export const CREDITS_A_DAY_IN_A_PAUSE = 2_500;

/** A webhook may bring the next try forward only if so many credits are left for others. */
const LEFT_FOR_OTHERS = 20;

const DAY = 24 * 60 * 60 * 1_000;
const MS_A_CREDIT = DAY / A_DAY;

export class Allowance {
  #left = RESERVE;
  #at: number;

  /** Times are ms of one monotonic clock. */
  constructor(now: number) {
    this.#at = now;
  }

  spend(credits: number, now: number): void {
    this.#fill(now);
    this.#left -= credits;
  }

  /** How long to wait until no more is used than may be. */
  waitMs(now: number): number {
    this.#fill(now);
    return Math.ceil(Math.max(0, -this.#left) * MS_A_CREDIT);
  }

  /** Whether a try may come earlier than planned. */
  allowsEarly(now: number): boolean {
    this.#fill(now);
    return this.#left >= LEFT_FOR_OTHERS;
  }

  #fill(now: number): void {
    this.#left = Math.min(RESERVE, this.#left + (now - this.#at) / MS_A_CREDIT);
    this.#at = now;
  }
}
