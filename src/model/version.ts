/**
 * How new a snapshot is (rule 1). Times are whole microseconds, because Ory trims zeros, so its texts do not
 * sort, and a `Date` loses the microseconds. Verifying an address does not change `updated_at`, so the number
 * of verified addresses comes second. It counts only while the addresses are the same, because a new address
 * begins unverified.
 */
export interface Version {
  /** `updated_at` in microseconds since 1970. Null if it was never known (a hint). */
  readonly version: number | null;
  readonly verified: number;
  /** HMAC of the addresses' values. Null if not known. */
  readonly addresses: string | null;
}

/**
 * Negative if left is older, positive if left is newer, 0 if neither can be said. An unknown version is older
 * than any known one.
 */
export function compareVersions(left: Version, right: Version): number {
  const order = (left.version ?? -1) - (right.version ?? -1);
  if (order !== 0) return order;
  const comparable = left.addresses !== null && left.addresses === right.addresses;
  return comparable ? left.verified - right.verified : 0;
}

/**
 * Ory stamps a change before it commits it. If two changes come at the same time, the one stamped first may
 * be committed last (rule 1).
 */
const CLOSE_MICROS = 2_000_000;

/** Whether the two are so close that `updated_at` does not show which of them Ory has kept. */
export function areClose(left: Version, right: Version): boolean {
  if (left.version === null || right.version === null) return false;
  return Math.abs(left.version - right.version) < CLOSE_MICROS;
}
