/** Ory's windows are 1 and 60 s; whatever asks for more than this is not taken at its word. */
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * How long an answer asks to wait: the longest of `x-ratelimit-reset` (seconds; Ory Network, "Rate limits") and
 * `Retry-After` (seconds or a date; RFC 9110). Undefined where neither is there or readable.
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

function secondsIn(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : undefined;
}

function retryAfter(value: string | string[] | undefined, now: number): number | undefined {
  const seconds = secondsIn(value);
  if (seconds !== undefined || typeof value !== 'string') return seconds;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(until - now, 0);
}
