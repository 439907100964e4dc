/**
 * How new a snapshot is (rule 1). Times are integer microseconds: Ory trims zeros, so its texts do not sort, and a
 * `Date` drops microseconds. Verifying an address does not touch `updated_at`, so the number of verified addresses
 * comes second.
 */
export interface Version {
  /** `updated_at` in microseconds since 1970; null = never known (a hint). */
  readonly version: number | null;
  readonly verified: number;
}

/** Negative: left is older; 0: the same version; positive: left is newer. An unknown version is older than any known one. */
export function compareVersions(left: Version, right: Version): number {
  return (left.version ?? -1) - (right.version ?? -1) || left.verified - right.verified;
}
