import { describe, expect, test } from 'vitest';
import { parseIdentity, parseWebhookBody } from './identity.ts';

const ID = 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4';

describe('parseWebhookBody', () => {
  test('takes the identity from both forms of body, with the id in lower case', () => {
    const identity = { id: ID.toUpperCase(), traits: { email: 'Ann@Example.org' } };
    const expected = { kind: 'identity', identity: { id: ID, traits: { email: 'Ann@Example.org' } } };
    expect(parseWebhookBody({ identity })).toEqual(expected);
    expect(parseWebhookBody({ ctx: { identity } })).toEqual(expected);
    expect(parseWebhookBody({ identity: null, ctx: { identity } })).toEqual(expected);
  });

  test.each([
    ['a word', 'settings', 'settings'],
    ['an unknown word', 'party', 'party'],
    ['a number', 7, undefined],
    ['null', null, undefined],
  ])('takes an event if it is text: %s', (_name, event, expected) => {
    expect(parseWebhookBody({ identity: { id: ID }, event })).toEqual({
      kind: 'identity',
      identity: { id: ID },
      ...(expected === undefined ? {} : { event: expected }),
    });
  });

  test('takes the time of a sign-in next to the identity or inside it', () => {
    const signed_in_at = '2026-02-08T14:16:41.5Z';
    const expected = { kind: 'identity', identity: { id: ID, signed_in_at } };
    expect(parseWebhookBody({ identity: { id: ID }, signed_in_at })).toEqual(expected);
    expect(parseWebhookBody({ identity: { id: ID, signed_in_at } })).toEqual(expected);
    expect(parseWebhookBody({ identity: { id: ID, signed_in_at }, signed_in_at: null })).toEqual(expected);
  });

  test('takes odd identities as they are', () => {
    const odd = {
      id: ID,
      traits: ['not', 'an', 'object'],
      updated_at: 12,
      verifiable_addresses: 'x',
      state: null,
    };
    expect(parseWebhookBody({ identity: odd })).toEqual({ kind: 'identity', identity: odd });
  });

  test('drops every unknown key', () => {
    const identity = {
      id: ID,
      credentials: {},
      metadata_admin: { secret: 1 },
      schema_url: 'https://x',
      region: 'eu',
    };
    expect(parseWebhookBody({ identity })).toEqual({ kind: 'identity', identity: { id: ID } });
  });

  test('recognizes a hook that runs before the identity is saved', () => {
    const identity = { id: '00000000-0000-0000-0000-000000000000', traits: {} };
    expect(parseWebhookBody({ identity })).toEqual({ kind: 'pre_persist' });
  });

  test.each([
    ['nothing (an empty body)', undefined, 'invalid_body'],
    ['null', null, 'invalid_body'],
    ['a list', [{ identity: { id: ID } }], 'invalid_body'],
    ['text', 'identity', 'invalid_body'],
    ['no identity', {}, 'missing_identity'],
    ['identity null', { identity: null }, 'missing_identity'],
    ['a list as identity', { identity: [] }, 'missing_identity'],
    ['ctx without identity', { ctx: { flow: {} } }, 'missing_identity'],
    ['no id', { identity: { traits: {} } }, 'invalid_identity_id'],
    ['a number as id', { identity: { id: 42 } }, 'invalid_identity_id'],
    ['an id that is not a UUID', { identity: { id: 'ann' } }, 'invalid_identity_id'],
    ['a UUID and more', { identity: { id: `${ID}\n` } }, 'invalid_identity_id'],
  ])('says what is wrong with %s', (_name, body, code) => {
    expect(parseWebhookBody(body)).toMatchObject({ kind: 'problem', code });
  });

  test('keys of the prototype do not belong to an identity', () => {
    const text = `{"__proto__":{"identity":{"id":"${ID}"}},"identity":{"id":"${ID}","__proto__":{"traits":{"a":1}}}}`;
    const parsed = parseWebhookBody(JSON.parse(text));
    expect(parsed).toEqual({ kind: 'identity', identity: { id: ID } });
    expect(Object.hasOwn({}, 'traits')).toBe(false);
    expect(parseWebhookBody(Object.create({ identity: { id: ID } }))).toMatchObject({
      code: 'missing_identity',
    });
    expect(parseWebhookBody({ identity: Object.create({ id: ID }) })).toMatchObject({
      code: 'invalid_identity_id',
    });
  });

  test('leaves out values that are nested too deep to become JSON again, and keeps the rest', () => {
    const identity = { id: ID, state: 'active', traits: nested(100_000), metadata_public: nested(400) };
    expect(parseIdentity(identity)).toEqual({ id: ID, state: 'active', metadata_public: nested(400) });
  });
});

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

describe('parseIdentity', () => {
  test('takes an admin read without metadata_admin and credentials', () => {
    const read = {
      id: ID,
      traits: {},
      metadata_public: null,
      metadata_admin: { a: 1 },
      credentials: { oidc: {} },
    };
    expect(parseIdentity(read)).toEqual({ id: ID, traits: {}, metadata_public: null });
  });

  test.each([
    [undefined],
    [null],
    [[]],
    [{}],
    [{ id: 'x' }],
    [{ id: '00000000-0000-0000-0000-000000000000' }],
  ])('is undefined for %j', (json) => {
    expect(parseIdentity(json)).toBeUndefined();
  });
});
