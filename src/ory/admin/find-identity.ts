import { z } from 'zod';
import type { Identity } from '../../model/identity.ts';
import type { OryAdminConnection } from './admin-request.ts';
import type { OryFailure } from './admin-answer.ts';
import { parseIdentity } from '../identity/identity.ts';

export type IdentifierSearch =
  /** None, one, or several, because an identifier is unique only within one kind of credential. */
  { readonly kind: 'found'; readonly identities: readonly Identity[] } | OryFailure;

/**
 * Ory includes the credentials of identities that it found by them, but not of others in a list (API
 * reference, as below).
 */
const withCredentials = z.looseObject({ credentials: z.unknown() }).refine(({ credentials }) => credentials);

/**
 * The identities that sign in with this identifier, strongly consistent (Ory API reference, `GET
 * /admin/identities`, `credentials_identifier`). Ory searches only credentials. So an email that is only a
 * trait or an address finds nothing, and an identity that signs in only through OIDC or SAML is found by
 * `provider:subject`. Ory trims the identifier and puts it in lower case.
 * @throws the signal's reason after it aborts. Every other failure is returned
 */
export async function findByIdentifier(
  connection: OryAdminConnection,
  identifier: string,
  signal: AbortSignal,
): Promise<IdentifierSearch> {
  // Ory ignores an empty filter and would return all identities.
  if (identifier.trim() === '') return { kind: 'found', identities: [] };
  const query = new URLSearchParams({ credentials_identifier: identifier, consistency: 'strong' });
  const answer = await connection.get('/admin/identities', query, signal);
  if (answer.kind === 'failed') return answer;
  const items = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
  if (items === undefined) {
    return unexpected('did not return a list. Is ORY_ADMIN_URL the address of the admin API?');
  }
  // A Kratos without this filter may answer with any identities.
  if (items.length > 0 && !items.some((item) => withCredentials.safeParse(item).success)) {
    return unexpected('does not know credentials_identifier. You need a newer Kratos.');
  }
  return { kind: 'found', identities: items.flatMap((item) => parseIdentity(item) ?? []) };
}

function unexpected(message: string): OryFailure {
  return {
    kind: 'failed',
    reason: 'unexpected',
    message: `Ory's admin API: GET /admin/identities ${message}`,
  };
}
