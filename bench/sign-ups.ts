import { GeneratedIdentities } from '../src/sandbox/ory/ory-generated.ts';
import { identityJson } from '../src/sandbox/ory/ory-identity.ts';
import { webhookBody } from '../src/sandbox/ory/ory-webhook.ts';

/** Both are prime, so every number below the first gives another identity. */
const IDENTITIES = 10_000_019;
const STRIDE = 6_180_341;

const identities = new GeneratedIdentities(IDENTITIES);

/**
 * The webhook body of the n-th sign-up, about 1.4 KB, as Ory's Jsonnet renders it. Generated ids are
 * ascending. Real ones are random, which costs more in a database index. Hence the stride.
 */
export function signUpBody(n: number): string {
  return webhookBody(identityJson(identities.at((n * STRIDE) % IDENTITIES), 'webhook'));
}
