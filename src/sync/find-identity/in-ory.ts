import type { Identity } from '../../model/identity.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import type { Named } from './named.ts';

/** The parts of Ory's admin API that find identities. */
export type OryFinder = Pick<OryAdminClient, 'readByIds' | 'findByIdentifier'>;

/** Empty if Ory has no such identity. Several identities may sign in with the same email. */
export type FoundInOry = { readonly kind: 'found'; readonly identities: readonly Identity[] } | OryFailure;

/** Asks Ory once, with strong consistency. @throws the signal's reason once it is aborted */
export async function findInOry(ory: OryFinder, named: Named, signal: AbortSignal): Promise<FoundInOry> {
  if (named.by === 'email') return ory.findByIdentifier(named.email, signal);
  const answer = await ory.readByIds([named.id], signal);
  return answer.kind === 'failed' ? answer : { kind: 'found', identities: [...answer.found.values()] };
}
