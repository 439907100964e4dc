/**
 * The time zone of the sandbox's org: three hours ahead of UTC, so that Zoho's times are not taken for UTC.
 */
const OFFSET_MS = 3 * 60 * 60 * 1000;

/**
 * A time as Zoho answers it: whole seconds with the offset of the user's time zone. `at` in ms since 1970,
 * UTC.
 */
export function zohoTime(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 19)}+03:00`;
}
