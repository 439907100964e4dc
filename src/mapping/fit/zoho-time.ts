/** A date, with an optional time of day, fraction and zone, as in RFC 3339 and ISO 8601. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|z|[+-]\d\d:?\d\d)?)?$/;

/**
 * A smaller number may be a year, a date as digits (19901231) or seconds since 1970. Read as milliseconds, it
 * would be another day, up to 26 April 1970.
 */
const FIRST_MS = 10_000_000_000;

/**
 * A date in Zoho's form, `yyyy-MM-dd`. It stays as written, so no time zone moves a birthday. A number is
 * milliseconds since 1970. Undefined if it is not a date.
 */
export function zohoDate(value: string | number): string | undefined {
  if (typeof value === 'number') return ofNumber(value)?.slice(0, 10);
  const date = DATE_TIME.exec(value.trim())?.[1];
  return date !== undefined && isCalendarDay(date) ? date : undefined;
}

/**
 * A time in Zoho's form, `yyyy-MM-ddTHH:mm:ss+00:00`. Fractions of a second are cut off. A time without a
 * zone is UTC. A number is milliseconds since 1970. Undefined if it is not a time. (Zoho CRM API, Insert
 * Records, "datetime": no fractions, an offset.)
 */
export function zohoDateTime(value: string | number): string | undefined {
  if (typeof value === 'number') return withOffset(ofNumber(value));
  const [, date, minutes = '00:00', seconds = ':00', zone = 'Z'] = DATE_TIME.exec(value.trim()) ?? [];
  if (date === undefined || !isCalendarDay(date)) return undefined;
  const offset = zone.toUpperCase().replace(/^(...)(\d\d)$/, '$1:$2');
  return withOffset(isoSeconds(Date.parse(`${date}T${minutes}${seconds}${offset}`)));
}

/** Date turns 30 February into a day in March. */
function isCalendarDay(date: string): boolean {
  return isoSeconds(Date.parse(`${date}T00:00:00Z`))?.startsWith(date) ?? false;
}

function ofNumber(ms: number): string | undefined {
  return Math.abs(ms) < FIRST_MS ? undefined : isoSeconds(ms);
}

/** `yyyy-MM-ddTHH:mm:ss`. Undefined outside the years 0 to 9999. */
function isoSeconds(ms: number): string | undefined {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 19) : undefined;
}

function withOffset(seconds: string | undefined): string | undefined {
  return seconds === undefined ? undefined : `${seconds}+00:00`;
}
