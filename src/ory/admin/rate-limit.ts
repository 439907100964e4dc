/** Ory's windows are 1 and 60 s. A longer wait than this is not believed. */
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * How long an answer asks to wait. It is the longer of `x-ratelimit-reset` (seconds; Ory Network, "Rate
 * limits") and `Retry-After` (seconds or a date; RFC 9110). Undefined if neither can be read.
 * @param now ms since 1970, UTC
 */
export function waitMsOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number | undefined {
  const waits = [secondsIn(headers['x-ratelimit-reset']), retryAfter(headers['retry-after'], now)].filter(
    (wait) => wait !== undefined,
  );
  return waits.length === 0 ? undefined : Math.min(Math.max(...waits), LONGEST_WAIT_MS);
}

/** Calls per window that a scan leaves free, because reads for webhooks share the same limit. */
const LEFT_TO_OTHERS = 1;

/**
 * How long a scan waits after an answer so that it never reaches the limit. When `x-ratelimit-remaining` is
 * nearly used up, it waits until the window ends. 0 if there is no limit.
 */
export function restMsOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number {
  const remaining = headers['x-ratelimit-remaining'];
  const few = typeof remaining === 'string' && /^\d+$/.test(remaining) && Number(remaining) <= LEFT_TO_OTHERS;
  return few ? (waitMsOf(headers, now) ?? 0) : 0;
}

function secondsIn(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : undefined;
}

function retryAfter(value: string | string[] | undefined, now: number): number | undefined {
  const seconds = secondsIn(value);
  if (seconds !== undefined || typeof value !== 'string') return seconds;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(until - now, 0);
}
