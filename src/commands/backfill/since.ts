import { ConfigurationError } from '../../errors.ts';
import type { OryAdminClient } from '../../ory/admin-client.ts';
import { neverMovesUpdatedAt } from '../../ory/kratos-version.ts';
import type { ScanOptions } from '../../sync/scan/options.ts';

/**
 * Refuses `--since` where it would read nobody: Ory Kratos 1.0.0 to 1.3.1 keep the `updated_at` of the sign-up
 * (ory/kratos#4131). A version that cannot be read refuses nothing.
 * @throws ConfigurationError `since_not_kept`
 */
export async function refuseVainSince(
  ory: OryAdminClient,
  { since }: ScanOptions,
  signal: AbortSignal,
): Promise<void> {
  if (since === null) return;
  const version = await ory.version(signal);
  if (!neverMovesUpdatedAt(version)) return;
  throw new ConfigurationError(
    'since_not_kept',
    `--since would miss changes: Ory Kratos ${version} keeps the updated_at of the sign-up when an identity changes.`,
    {
      hint: 'Run it without --since: it compares everybody and writes what changed. Ory Kratos 25.4.0 has the fix.',
    },
  );
}
