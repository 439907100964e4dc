/**
 * A time as Go marshals it (RFC 3339 in UTC, up to nanoseconds, trailing zeros of the fraction trimmed).
 * `micros` since 1970; `nanos` are the 0 to 999 below the microsecond.
 */
export function goTime(micros: number, nanos = 0): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = ((micros - seconds * 1e6) * 1000 + nanos).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}
