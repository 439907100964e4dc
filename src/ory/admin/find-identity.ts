import { z } from 'zod';
import type { Identity } from '../../model/identity.ts';
import type { OryAdminConnection } from './admin-request.ts';
import type { OryFailure } from './admin-answer.ts';
import { parseIdentity } from '../identity/identity.ts';

export type IdentifierSearch =
  /** None, one, or several: an identifier is unique within one kind of credential only. */
  { readonly kind: 'found'; readonly identities: readonly Identity[] } | OryFailure;

/**
 * Ory gives the credentials with whom it finds by them, and with no others of a list (API reference, as
 * below).
 */
const withCredentials = z.looseObject({ credentials: z.unknown() }).refine(({ credentials }) => credentials);

/**
 * Who signs in with this identifier, strongly consistent (Ory API reference, `GET /admin/identities`,
 * `credentials_identifier`). Ory looks through credentials alone: an email that is only a trait or an address
 * finds nobody, and who signs in through OIDC or SAML alone is found by `provider:subject`. Ory trims and
 * lower-cases it.
 * @throws the signal's reason once it is aborted; every other failure is an answer
 */
export async function findByIdentifier(
  connection: OryAdminConnection,
  identifier: string,
  signal: AbortSignal,
): Promise<IdentifierSearch> {
  // An empty one is no filter to Ory: all identities would come back.
  if (identifier.trim() === '') return { kind: 'found', identities: [] };
  const query = new URLSearchParams({ credentials_identifier: identifier, consistency: 'strong' });
  const answer = await connection.get('/admin/identities', query, signal);
  if (answer.kind === 'failed') return answer;
  const items = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
  if (items === undefined) {
    return unexpected('gave no list. Is ORY_ADMIN_URL the address of the admin API?');
  }
  // A Kratos too old for the filter answers with whomever it likes.
  if (items.length > 0 && !items.some((item) => withCredentials.safeParse(item).success)) {
    return unexpected('does not know credentials_identifier: a newer Kratos is needed.');
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
