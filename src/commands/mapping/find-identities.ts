import { ConfigurationError, OryZohoError } from '../../errors.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { Identity } from '../../model/identity.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import { findInOry } from '../../sync/find-identity/in-ory.ts';
import type { Named } from '../../sync/find-identity/named.ts';
import { idOfFlag } from '../parts/named-identity.ts';
import { identityFromFile } from './identity-file.ts';

/** The wanted identity, given in one of three ways. */
export interface WantedIdentity {
  readonly email?: string;
  readonly id?: string;
  /** A file with an identity as JSON, or `-`. */
  readonly identity?: string;
}

/**
 * Reads the wanted identities from Ory; empty if Ory has none.
 * @throws ConfigurationError if not exactly one way is given, or no admin API is configured; OryZohoError if
 * Ory does not answer
 */
export async function findIdentities(
  wanted: WantedIdentity,
  ory: DeliveryConfig['ory'],
  signal: AbortSignal,
): Promise<readonly Identity[]> {
  const { email, id, identity } = wanted;
  if ([email, id, identity].filter((one) => one !== undefined).length !== 1) {
    throw new ConfigurationError('usage', 'Give exactly one of these: an email, --id or --identity.', {
      hint: 'For example: ory-zoho mapping preview ann@example.org',
    });
  }
  if (identity !== undefined) return [await identityFromFile(identity)];
  if (ory === undefined) {
    throw new ConfigurationError('missing_variables', 'Not set: ORY_ADMIN_URL', {
      hint: 'Run `ory-zoho init`, or give an identity from a file: --identity FILE.',
    });
  }
  const client = createOryAdminClient(ory);
  try {
    const named: Named =
      id === undefined ? { by: 'email', email: email ?? '' } : { by: 'id', id: idOfFlag(id) };
    const answer = await findInOry(client, named, signal);
    if (answer.kind === 'failed') throw unanswered(answer);
    return answer.identities;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw unanswered({ reason: 'network', message: "Ory's admin API did not answer in time." });
  } finally {
    await client.close();
  }
}

function unanswered({ reason, message }: Pick<OryFailure, 'reason' | 'message'>): OryZohoError {
  const refused = reason === 'unauthorized';
  return new OryZohoError(`ory_${reason}`, message, {
    hint: refused
      ? 'Set ORY_PROJECT_API_KEY to an API key of the project, or run `ory-zoho init`.'
      : 'Check ORY_ADMIN_URL and the network with: ory-zoho doctor',
    exitCode: refused ? 4 : 1,
  });
}
