/**
 * The time zone of the sandbox's org. It is three hours ahead of UTC, so that code which takes Zoho's times
 * for UTC fails.
 */
const OFFSET_MS = 3 * 60 * 60 * 1000;

/**
 * A time as Zoho returns it: whole seconds with the offset of the user's time zone. `at` is in ms since 1970,
 * UTC.
 */
export function zohoTime(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 19)}+03:00`;
}
