import { describe, expect, test } from 'vitest';
import type { Identity } from '../../model/identity.ts';
import { addressesText, contentText, profileText } from './identity-content.ts';

const address = {
  id: '38dd078c-0b84-48e4-b5f9-aa100c7bc2e4',
  value: 'ann@example.org',
  via: 'email',
  verified: false,
  status: 'sent',
  created_at: '2026-02-08T14:16:41.230451Z',
  updated_at: '2026-02-08T14:16:41.230451Z',
};
const ann: Identity = {
  id: 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4',
  schema_id: 'preset://email',
  state: 'active',
  traits: { email: 'Ann@Example.org', name: { first: 'Ann', last: 'Lee' } },
  verifiable_addresses: [address],
  recovery_addresses: [{ id: address.id, value: 'ann@example.org', via: 'email' }],
  metadata_public: null,
  organization_id: null,
  created_at: '2026-02-08T14:16:41.230451Z',
  updated_at: '2026-02-08T14:16:41.230451Z',
};
const { metadata_public: _metadata, organization_id: _organization, ...withoutNulls } = ann;

describe('the content stays the same', () => {
  test.each<[string, Identity]>([
    [
      'the order of keys',
      { ...ann, traits: { name: { last: 'Lee', first: 'Ann' }, email: 'Ann@Example.org' } },
    ],
    ['updated_at', { ...ann, updated_at: '2026-03-01T00:00:00Z' }],
    ['created_at', { ...ann, created_at: '2026-02-08T14:16:41.23Z' }],
    ['null or missing', withoutNulls],
    ['the status of an address', { ...ann, verifiable_addresses: [{ ...address, status: 'completed' }] }],
    [
      'the times of an address',
      {
        ...ann,
        verifiable_addresses: [{ ...address, verified_at: '2026-02-09T00:00:00Z', updated_at: 'x' }],
      },
    ],
    ['the id of an address', { ...ann, verifiable_addresses: [{ ...address, id: 'another' }] }],
  ])('whatever %s', (_name, other) => {
    expect(contentText(other)).toBe(contentText(ann));
  });
});

describe('the content changes', () => {
  test.each<[string, Identity]>([
    ['another trait', { ...ann, traits: { email: 'Ann@Example.org', name: { first: 'Ann', last: 'Li' } } }],
    [
      'the case of the email',
      { ...ann, traits: { email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } } },
    ],
    ['the state', { ...ann, state: 'inactive' }],
    ['metadata', { ...ann, metadata_public: { plan: 'pro' } }],
    ['an external id', { ...ann, external_id: 'customer-1' }],
    ['the organization', { ...ann, organization_id: '9e1f33e2-3ba4-4a75-94f8-91a7e9bb6b7f' }],
    ['a sign-in', { ...ann, signed_in_at: '2026-02-08T14:16:41.5Z' }],
    ['verification', { ...ann, verifiable_addresses: [{ ...address, verified: true }] }],
    ['the value of an address', { ...ann, verifiable_addresses: [{ ...address, value: 'a@example.org' }] }],
    [
      'another address',
      { ...ann, verifiable_addresses: [address, { ...address, value: '+49170', via: 'sms' }] },
    ],
    [
      'a null inside traits',
      { ...ann, traits: { email: 'Ann@Example.org', name: { first: 'Ann', last: null } } },
    ],
  ])('with %s', (_name, other) => {
    expect(contentText(other)).not.toBe(contentText(ann));
  });
});

test('odd values have a content too', () => {
  const id = ann.id;
  expect(contentText({ id })).toBe(`{"id":"${id}"}`);
  expect(contentText({ id, verifiable_addresses: 'x', recovery_addresses: [null, 1] })).toBe(
    `{"id":"${id}","recovery_addresses":[null,1],"verifiable_addresses":"x"}`,
  );
  expect(contentText({ id, traits: 'lone \ud800 and \u0000' })).toContain(String.raw`lone \ud800 and \u0000`);
});

describe('the profile', () => {
  test.each<[string, Identity]>([
    ['verification', { ...ann, verifiable_addresses: [{ ...address, verified: true, status: 'completed' }] }],
    ['a sign-in', { ...ann, signed_in_at: '2026-02-08T14:16:41.5Z' }],
    ['updated_at', { ...ann, updated_at: '2026-03-01T00:00:00Z' }],
  ])('stays the same with %s', (_name, other) => {
    expect(profileText(other)).toBe(profileText(ann));
  });

  test.each<[string, Identity]>([
    ['another trait', { ...ann, traits: { email: 'Ann@Example.org' } }],
    ['the state', { ...ann, state: 'inactive' }],
    ['metadata', { ...ann, metadata_public: { plan: 'pro' } }],
    ['the value of an address', { ...ann, verifiable_addresses: [{ ...address, value: 'a@example.org' }] }],
  ])('changes with %s', (_name, other) => {
    expect(profileText(other)).not.toBe(profileText(ann));
  });
});

describe('the addresses', () => {
  const second = { ...address, value: '+49170', via: 'sms' };
  test('are the same in another order and after a verification', () => {
    expect(addressesText({ ...ann, verifiable_addresses: [{ ...second, verified: true }, address] })).toBe(
      addressesText({ ...ann, verifiable_addresses: [address, second] }),
    );
  });

  test.each<[string, Identity]>([
    ['one more', { ...ann, verifiable_addresses: [address, second] }],
    ['another value', { ...ann, verifiable_addresses: [{ ...address, value: 'a@example.org' }] }],
    ['none', { ...ann, verifiable_addresses: [] }],
    ['odd ones', { ...ann, verifiable_addresses: [null, 5, {}] }],
  ])('differ with %s', (_name, other) => {
    expect(addressesText(other)).not.toBe(addressesText(ann));
  });

  test('are empty without a list', () => {
    expect(addressesText({ id: ann.id })).toBe(addressesText({ id: ann.id, verifiable_addresses: 'x' }));
  });
});
