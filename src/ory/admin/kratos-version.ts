import { z } from 'zod';
import type { OryAdminConnection } from './admin-request.ts';

/** Short, because everything works without the version. */
const WAIT_MS = 5_000;

const versionAnswer = z.object({ version: z.string().min(1).max(100) });

/**
 * The version of Ory Kratos at the admin URL (Ory API reference, `GET /admin/version`), such as `v26.2.0`.
 * @returns undefined if it is unknown, as for Ory Network, custom builds, or without an answer
 * @throws the signal's reason after it aborts
 */
export async function readKratosVersion(
  connection: OryAdminConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, connection.world.timeout(WAIT_MS)]);
  try {
    const answer = await connection.get('/admin/version', new URLSearchParams(), limit);
    return answer.kind === 'ok' ? versionAnswer.safeParse(answer.json).data?.version : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return undefined;
    throw error;
  }
}

/** Custom builds have a suffix and may include the fix. Only Ory's releases are known. */
const RELEASED = /^v?(\d+)\.(\d+)\.\d+$/;

/**
 * True for releases in which no change of an identity moves `updated_at`. They are Ory Kratos 1.0.0 to 1.3.1;
 * 25.4.0 has the fix (ory/kratos#4131).
 * @param version as from `readKratosVersion`
 */
export function neverMovesUpdatedAt(version: string | undefined): boolean {
  const [, major, minor] = RELEASED.exec(version ?? '')?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return false;
  return major >= 1 && (major < 25 || (major === 25 && minor < 4));
}
