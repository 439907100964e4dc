import { z } from 'zod';
import { ConfigurationError, OryZohoError } from '../../errors.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { Identity } from '../../model/identity.ts';
import { createOryAdminClient } from '../../ory/admin-client.ts';
import { connectOryAdmin } from '../../ory/admin-request.ts';
import type { OryAdminOptions, OryFailure } from '../../ory/admin-request.ts';
import { parseIdentity } from '../../ory/identity.ts';
import { identityFromFile } from './identity-file.ts';

/** Which identity: one of the three. */
export interface Wanted {
  readonly email?: string;
  readonly id?: string;
  /** A file with an identity as JSON, or `-`. */
  readonly identity?: string;
}

/**
 * The identities that are wanted, read from Ory; none = Ory has none such.
 * @throws ConfigurationError where not exactly one way is given, or no admin API is configured; OryZohoError where Ory does not answer
 */
export async function findIdentities(
  wanted: Wanted,
  ory: DeliveryConfig['ory'],
  signal: AbortSignal,
): Promise<readonly Identity[]> {
  const { email, id, identity } = wanted;
  if ([email, id, identity].filter((one) => one !== undefined).length !== 1) {
    throw new ConfigurationError('usage', 'Which identity? Give an email, --id or --identity: one of them.', {
      hint: 'For example: ory-zoho mapping preview ann@example.org',
    });
  }
  if (identity !== undefined) return [await identityFromFile(identity)];
  if (ory === undefined) {
    throw new ConfigurationError('missing_variables', 'Not set: ORY_ADMIN_URL', {
      hint: 'Run `ory-zoho init`, or give an identity of your own: --identity FILE.',
    });
  }
  try {
    return id === undefined ? await byEmail(ory, email ?? '', signal) : await byId(ory, id, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw unanswered({ reason: 'network', message: "Ory's admin API did not answer in time." });
  }
}

/** Who signs in with this email (Ory API reference, `GET /admin/identities`, `credentials_identifier`): whatever else has it, Ory does not find. */
async function byEmail(ory: OryAdminOptions, email: string, signal: AbortSignal): Promise<Identity[]> {
  const connection = connectOryAdmin(ory);
  try {
    const query = new URLSearchParams({ credentials_identifier: email, consistency: 'strong' });
    const answer = await connection.get('/admin/identities', query, signal);
    if (answer.kind === 'failed') throw unanswered(answer);
    const list = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
    if (list !== undefined) return list.flatMap((one) => parseIdentity(one) ?? []);
    throw unanswered({
      reason: 'unexpected',
      message: "What answers at ORY_ADMIN_URL is not Ory's admin API.",
    });
  } finally {
    await connection.close();
  }
}

async function byId(ory: OryAdminOptions, id: string, signal: AbortSignal): Promise<Identity[]> {
  const wanted = id.toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted)) {
    throw new ConfigurationError('usage', `--id is no UUID: "${id}".`, {
      hint: "Give the identity's id, such as 9f425a8d-7efc-4768-8f23-7647a74fdf13.",
    });
  }
  const client = createOryAdminClient(ory);
  try {
    const answer = await client.readByIds([wanted], signal);
    if (answer.kind === 'failed') throw unanswered(answer);
    return [...answer.found.values()];
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
