import { expect, test } from 'vitest';
import type { Identity } from '../../model/identity.ts';
import { emailStateOf } from './email-state.ts';
import type { EmailState } from './email-state.ts';

const address = (value: string, verified: boolean) => ({ value, via: 'email', verified });
const known = (...verifiable_addresses: ReturnType<typeof address>[]): Identity => ({
  id: '0f1c2d3e-0000-4000-8000-000000000001',
  updated_at: '2026-11-24T10:00:00Z',
  verifiable_addresses,
});

test.each<[string, Identity, unknown, EmailState]>([
  ['verified', known(address('ann@example.org', true)), 'Ann@Example.org', 'verified'],
  ['listed and not verified', known(address('ann@example.org', false)), 'ann@example.org', 'unverified'],
  [
    'not verified, although another address is',
    known(address('old@example.org', true), address('ann@example.org', false)),
    'ann@example.org',
    'unverified',
  ],
  ['not among the addresses', known(address('old@example.org', true)), 'ann@example.org', 'unlisted'],
  ['of an identity without addresses', known(), 'ann@example.org', 'unlisted'],
  ['of a hint', { id: known().id, traits: { email: 'ann@example.org' } }, 'ann@example.org', 'unknown'],
  ['missing', known(), null, 'unlisted'],
])('an email that is %s', (_says, identity, email, state) => {
  expect(emailStateOf(identity, email)).toBe(state);
});
