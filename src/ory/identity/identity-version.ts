import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';

/** RFC 3339 as Go writes it: zeros at the end of the fraction are trimmed, and so is an empty fraction. */
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * `updated_at` in integer microseconds since 1970; nanoseconds are cut off, since Ory's database has none.
 * Null where it is missing, is no RFC 3339 time, or lies outside 1970 to 2255: Go's zero time 0001-01-01
 * means "none", and what exceeds 2^53 microseconds would stand above every true update for ever.
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
  // Date.UTC rolls 30 February over into March, and takes the years 0 to 99 as 1900 to 1999.
  if (midnight.getUTCDate() !== Number(day) || midnight.getUTCFullYear() !== Number(year)) return null;

  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0));
  const seconds =
    midnight.getTime() / 1000 + (Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second);
  const micros = seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return micros >= 0 && Number.isSafeInteger(micros) ? micros : null;
}

/** How many of its addresses are verified: verification leaves `updated_at` as it is (rule 1). */
export function verifiedCount(identity: Identity): number {
  const addresses = identity.verifiable_addresses;
  if (!Array.isArray(addresses)) return 0;
  return addresses.filter((address) => isJsonObject(address) && address.verified === true).length;
}
