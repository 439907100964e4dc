import { ConfigurationError } from '../../errors.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { neverMovesUpdatedAt } from '../../ory/admin/kratos-version.ts';
import { printable } from '../terminal/printable.ts';
import type { ScanOptions } from '../../sync/scan/scan-options.ts';

/**
 * Refuses filters that cannot match any identity.
 * @throws ConfigurationError `since_not_kept`, `unknown_schema`
 */
export async function refuseVainFilter(
  ory: OryAdminClient,
  options: ScanOptions,
  signal: AbortSignal,
): Promise<void> {
  await refuseVainSince(ory, options, signal);
  await refuseUnknownSchema(ory, options, signal);
}

/** If the schemas cannot be read, nothing is refused. @throws ConfigurationError `unknown_schema` */
async function refuseUnknownSchema(
  ory: OryAdminClient,
  { schema }: ScanOptions,
  signal: AbortSignal,
): Promise<void> {
  if (schema === null) return;
  const listed = await ory.schemas(signal);
  if (listed.kind === 'failed' || !listed.complete) return;
  const ids = listed.schemas.map(({ id }) => id);
  if (ids.includes(schema)) return;
  throw new ConfigurationError('unknown_schema', `Ory has no identity schema "${printable(schema)}".`, {
    hint: `Its schemas are: ${ids.map(printable).join(', ')}.`,
  });
}

/**
 * Refuses `--since` with Ory Kratos 1.0.0 to 1.3.1, which never change `updated_at` after the sign-up
 * (ory/kratos#4131). If the version cannot be read, nothing is refused.
 * @throws ConfigurationError `since_not_kept`
 */
async function refuseVainSince(
  ory: OryAdminClient,
  { since }: ScanOptions,
  signal: AbortSignal,
): Promise<void> {
  if (since === null) return;
  const version = await ory.version(signal);
  if (!neverMovesUpdatedAt(version)) return;
  throw new ConfigurationError(
    'since_not_kept',
    `--since would miss changes: Ory Kratos ${version} does not change updated_at when an identity changes.`,
    {
      hint: 'Run it without --since to compare all identities and write what changed. Ory Kratos 25.4.0 has the fix.',
    },
  );
}
