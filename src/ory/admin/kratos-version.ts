import { z } from 'zod';
import type { OryAdminConnection } from './admin-request.ts';

/** Nothing depends on it that could not go on without. */
const WAIT_MS = 5_000;

const versionAnswer = z.object({ version: z.string().min(1).max(100) });

/**
 * Which version of Ory Kratos answers at the admin URL (Ory API reference, `GET /admin/version`), such as
 * `v26.2.0`.
 * @returns undefined where it does not say: Ory Network, an own build, or no answer
 * @throws the signal's reason once it is aborted
 */
export async function readKratosVersion(
  connection: OryAdminConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
  try {
    const answer = await connection.get('/admin/version', new URLSearchParams(), limit);
    return answer.kind === 'ok' ? versionAnswer.safeParse(answer.json).data?.version : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return undefined;
    throw error;
  }
}

/** Own builds have a suffix, and may have the fix: only what Ory has released is known. */
const RELEASED = /^v?(\d+)\.(\d+)\.\d+$/;

/**
 * True for releases in which no change of an identity moves `updated_at`: Ory Kratos 1.0.0 to 1.3.1, fixed in
 * 25.4.0 (ory/kratos#4131).
 * @param version as `readKratosVersion` has it
 */
export function neverMovesUpdatedAt(version: string | undefined): boolean {
  const [, major, minor] = RELEASED.exec(version ?? '')?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return false;
  return major >= 1 && (major < 25 || (major === 25 && minor < 4));
}
