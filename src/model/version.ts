/**
 * How new a snapshot is (rule 1). Times are integer microseconds: Ory trims zeros, so its texts do not sort, and a
 * `Date` drops microseconds. Verifying an address does not touch `updated_at`, so the number of verified addresses
 * comes second. It tells something only while the addresses are the same: a new one begins unverified.
 */
export interface Version {
  /** `updated_at` in microseconds since 1970; null = never known (a hint). */
  readonly version: number | null;
  readonly verified: number;
  /** HMAC of the addresses' values; null = not known. */
  readonly addresses: string | null;
}

/**
 * Negative: left is older; 0: nothing tells which is newer; positive: left is newer. An unknown version is older than
 * any known one.
 */
export function compareVersions(left: Version, right: Version): number {
  const order = (left.version ?? -1) - (right.version ?? -1);
  if (order !== 0) return order;
  const comparable = left.addresses !== null && left.addresses === right.addresses;
  return comparable ? left.verified - right.verified : 0;
}

/** Ory stamps a change before it commits it: two at the same time may be committed the other way round (rule 1). */
const CLOSE_MICROS = 2_000_000;

/** So close that `updated_at` does not tell which of two changes Ory has kept. */
export function areClose(left: Version, right: Version): boolean {
  if (left.version === null || right.version === null) return false;
  return Math.abs(left.version - right.version) < CLOSE_MICROS;
}
