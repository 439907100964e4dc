/**
 * How many calls may be under way at once. Zoho allows 5 to 25 for an OAuth client and org, depending on the
 * edition, but does not report the number ("API Limits"). So the limit grows by one per round trip while it
 * is used, and a 429 halves it:
 *
 *   growing      `limit` calls answered, limit in use      -> limit + 1, up to the ceiling
 *   too many     429 of a call begun after the last cut    -> limit / 2, ceiling below what failed
 *   recovering   a minute passed                           -> ceiling + 1, up to 25
 *
 * Without the ceiling, an org that allows 5 would answer 429 every few seconds.
 */
export interface Concurrency {
  readonly limit: number;
  readonly ceiling: number;
  /** When the ceiling was set, ms. It rises from then on. */
  readonly ceilingSetAt: number;
  /**
   * The number of answers since the limit last changed, and whether the whole limit was in use at one of
   * them.
   */
  readonly answers: number;
  readonly used: boolean;
  /** Calls with a lower number began before the last cut. Their 429 changes nothing more. */
  readonly cutBefore: number;
}

const START = 5;
const HIGHEST = 25;
const RISE_MS = 60_000;

export const INITIAL_CONCURRENCY: Concurrency = {
  limit: START,
  ceiling: HIGHEST,
  ceilingSetAt: 0,
  answers: 0,
  used: false,
  cutBefore: 0,
};

/** How many calls may be under way now. */
export function currentLimit(state: Concurrency, now: number): number {
  return Math.min(state.limit, ceilingAt(state, now));
}

/** A call was answered while `inFlight` calls were under way, including itself. */
export function answered(state: Concurrency, inFlight: number, now: number): Concurrency {
  const limit = currentLimit(state, now);
  const answers = state.answers + 1;
  const used = state.used || inFlight >= limit;
  if (answers < limit) return { ...state, answers, used };
  const grown = used ? Math.min(limit + 1, ceilingAt(state, now)) : state.limit;
  return { ...state, limit: grown, answers: 0, used: false };
}

/**
 * A call got 429.
 * @param call its number, how many calls were under way (including itself), and the number of the next call
 */
export function tooMany(
  state: Concurrency,
  call: { readonly number: number; readonly among: number; readonly next: number },
  now: number,
): Concurrency {
  if (call.number < state.cutBefore) return state;
  return {
    limit: Math.max(1, Math.floor(currentLimit(state, now) / 2)),
    ceiling: Math.max(1, Math.min(ceilingAt(state, now), call.among - 1)),
    ceilingSetAt: now,
    answers: 0,
    used: false,
    cutBefore: call.next,
  };
}

function ceilingAt(state: Concurrency, now: number): number {
  const risen = Math.max(0, Math.floor((now - state.ceilingSetAt) / RISE_MS));
  return Math.min(HIGHEST, state.ceiling + risen);
}
