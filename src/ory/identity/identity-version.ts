import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';

/**
 * RFC 3339 as Go writes it. Zeros at the end of the fraction are trimmed, and an empty fraction is left out.
 */
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * `updated_at` in whole microseconds since 1970. Nanoseconds are cut off, because Ory's database has none.
 * Null if it is missing, is not an RFC 3339 time, or lies outside 1970 to 2255. Go's zero time 0001-01-01
 * means "none", and a time above 2^53 microseconds would for ever be newer than every real update.
 */
export function updatedAtMicros(identity: Identity): number | null {
  return microsOf(identity.updated_at);
}

/** `created_at`, in the same way. */
export function createdAtMicros(identity: Identity): number | null {
  return microsOf(identity.created_at);
}

function microsOf(text: Json | undefined): number | null {
  const parts = typeof text === 'string' ? RFC_3339.exec(text) : null;
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = parts;
  if (Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;

  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // Date.UTC turns 30 February into a day in March, and the years 0 to 99 into 1900 to 1999.
  if (midnight.getUTCDate() !== Number(day) || midnight.getUTCFullYear() !== Number(year)) return null;

  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0));
  const seconds =
    midnight.getTime() / 1000 + (Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second);
  const micros = seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return micros >= 0 && Number.isSafeInteger(micros) ? micros : null;
}

/** How many of its addresses are verified. Verifying one does not change `updated_at` (rule 1). */
export function verifiedCount(identity: Identity): number {
  const addresses = identity.verifiable_addresses;
  if (!Array.isArray(addresses)) return 0;
  return addresses.filter((address) => isJsonObject(address) && address.verified === true).length;
}
