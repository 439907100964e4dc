/**
 * A time as Go marshals it: RFC 3339 in UTC, up to nanoseconds, without trailing zeros in the fraction.
 * `micros` counts from 1970. `nanos` is the part below the microsecond, from 0 to 999.
 */
export function goTime(micros: number, nanos = 0): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = ((micros - seconds * 1e6) * 1000 + nanos).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}
