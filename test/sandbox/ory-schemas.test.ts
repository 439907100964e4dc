import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Answer } from './calls.ts';
import { call, sandboxFor } from './calls.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

function ory({ ory: { adminUrl, apiKey } }: Sandbox, method: Method, path: string, json?: unknown) {
  return call(`${adminUrl}${path}`, { method, json, headers: { authorization: `Bearer ${apiKey}` } });
}

const create = (sandbox: Sandbox, traits: unknown, schema_id?: string): Promise<Answer> =>
  ory(sandbox, 'POST', '/admin/identities', { traits, ...(schema_id !== undefined && { schema_id }) });

const ANN = { email: 'ann@example.org' };

describe('traits must fit the schema', () => {
  const traits = '#/properties/traits';
  test.each([
    [
      { schema: 'preset://basic', traits: {} },
      `I[#/traits] S[${traits}/required] missing properties: "email"`,
    ],
    [
      { schema: 'preset://email', traits: { ...ANN, a: 1, b: 2 } },
      `I[#/traits] S[${traits}/additionalProperties] additionalProperties "a", "b" not allowed`,
    ],
    [
      { schema: 'preset://basic', traits: { ...ANN, name: 'Ann' } },
      `I[#/traits/name] S[${traits}/properties/name/type] expected object, but got string`,
    ],
    [
      { schema: 'preset://basic', traits: { ...ANN, name: { last: 'x'.repeat(257) } } },
      `I[#/traits/name/last] S[${traits}/properties/name/properties/last/maxLength] length must be <= 256, but got 257`,
    ],
    [
      { schema: 'preset://email', traits: { email: 5 } },
      `I[#/traits/email] S[${traits}/properties/email/type] expected string, but got number`,
    ],
    [{ schema: 'preset://none', traits: ANN }, 'Unable to find JSON Schema ID: preset://none'],
  ])('%j', async ({ schema, traits: given }, reason) => {
    const sandbox = await sandboxFor();
    const refused = { status: 400, json: { error: { code: 400, status: 'Bad Request', reason } } };
    expect(await create(sandbox, given, schema)).toMatchObject(refused);

    const batch = { identities: [{ create: { schema_id: schema, traits: given } }] };
    expect(await ory(sandbox, 'PATCH', '/admin/identities', batch)).toMatchObject({
      status: 200,
      json: { identities: [{ action: 'error', error: { code: 400, reason } }] },
    });

    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    const put = { schema_id: schema, traits: given, state: 'active' };
    expect(await ory(sandbox, 'PUT', `/admin/identities/${id}`, put)).toMatchObject(refused);
    const patch = [
      { op: 'replace', path: '/schema_id', value: schema },
      { op: 'replace', path: '/traits', value: given },
    ];
    expect(await ory(sandbox, 'PATCH', `/admin/identities/${id}`, patch)).toMatchObject(refused);
    expect((await sandbox.control.identity(id))?.['traits']).toEqual(ANN);
    await expect(sandbox.control.createIdentity({ traits: given, schema_id: schema })).rejects.toThrow(
      reason,
    );
  });

  test.each([
    ['ann@example.org', 201],
    ['Ann+news@example.co.uk', 201],
    ['"ann lee"@example.org', 201],
    ['ann@localhost', 201],
    ['ann', 400],
    [' ann@example.org', 400],
    ['ann@example.org ', 400],
    ['ann@exa mple.org', 400],
    ['ann lee@example.org', 400],
    ['@example.org', 400],
    ['ann@-example.org', 400],
    [`${'a'.repeat(65)}@example.org`, 400],
  ])('the email %s: %i', async (email, status) => {
    expect((await create(await sandboxFor(), { email })).status).toBe(status);
  });
});

describe('the schema says what traits mean', () => {
  test('identifiers, addresses for verification and for recovery', async () => {
    const sandbox = await sandboxFor();
    const read = async (traits: unknown, schema: string) => (await create(sandbox, traits, schema)).json;
    expect(await read({ username: 'Ann' }, 'preset://username')).toMatchObject({
      credentials: { password: { identifiers: ['ann'] } },
    });
    const sms = await read({ phone_number: '+49 170 1234567' }, 'preset://sms');
    expect(sms).toMatchObject({
      credentials: { code: { identifiers: ['+491701234567'] } },
      verifiable_addresses: [{ value: '+491701234567', via: 'sms' }],
    });
    expect(sms).not.toHaveProperty('recovery_addresses');
    expect(sms).not.toHaveProperty('credentials.password');
  });

  test.each([
    ['v26.2.0', '+49 170 1234567'],
    ['master', '+491701234567'],
  ])('a phone number is found as typed; in the traits, Kratos %s stores %s', async (oryVersion, stored) => {
    const sandbox = await sandboxFor({ oryVersion });
    await create(sandbox, { phone_number: '+49 170 1234567' }, 'preset://sms');
    const query = `credentials_identifier=${encodeURIComponent('+49 170 1234567')}`;
    const { json } = await ory(sandbox, 'GET', `/admin/identities?${query}`);
    expect(json).toMatchObject([{ traits: { phone_number: stored } }]);
  });

  test('a list of emails gives one address for each', async () => {
    const email = { type: 'string', format: 'email', 'ory.sh/kratos': { verification: { via: 'email' } } };
    const properties = { emails: { type: 'array', items: email } };
    const schema = { type: 'object', properties: { traits: { type: 'object', properties } } };
    const sandbox = await sandboxFor({ orySchemas: [{ id: 'many', schema }], oryDefaultSchema: 'many' });
    const { json } = await create(sandbox, { emails: ['A@example.org', 'b@example.org'] });
    expect(json).toMatchObject({
      schema_id: 'many',
      verifiable_addresses: [{ value: 'a@example.org' }, { value: 'b@example.org' }],
    });
    expect(json).not.toHaveProperty('credentials');
    const again = await create(sandbox, { emails: ['c@example.org', 'B@example.org'] });
    expect(again.status, 'an address belongs to one identity').toBe(409);
    expect(await create(sandbox, { emails: ['c@example.org', 'd'] })).toMatchObject({
      status: 400,
      json: {
        error: {
          reason:
            'I[#/traits/emails/1] S[#/properties/traits/properties/emails/items/format] "d" is not valid "email"',
        },
      },
    });
  });

  test('schemas are listed and read by id, also in Base64', async () => {
    const sandbox = await sandboxFor();
    const { json } = await ory(sandbox, 'GET', '/schemas');
    expect(json).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'preset://sms' })]));
    const one = { status: 200, json: { title: 'Person' } };
    expect(await ory(sandbox, 'GET', `/schemas/${encodeURIComponent('preset://sms')}`)).toMatchObject(one);
    expect(await ory(sandbox, 'GET', `/schemas/${btoa('preset://sms').replace(/=+$/, '')}`)).toMatchObject(
      one,
    );
    expect(await ory(sandbox, 'GET', '/schemas/none')).toMatchObject({ status: 404, json: { error: {} } });
  });
});

test('a batch that cannot be decoded, or has an unknown state, is refused as a whole', async () => {
  const sandbox = await sandboxFor();
  const batch = (create: object) =>
    ory(sandbox, 'PATCH', '/admin/identities', { identities: [{ create: { traits: ANN } }, { create }] });
  expect(await batch({ traits: ANN, surprise: 1 })).toMatchObject({
    status: 400,
    json: { error: { code: 500, message: 'json: unknown field "surprise"' } },
  });
  expect(await batch({ traits: { email: 'b@example.org' }, state: 'asleep' })).toMatchObject({
    status: 400,
    json: { error: { code: 400, reason: 'identity state is not valid' } },
  });
  expect((await ory(sandbox, 'GET', '/admin/identities')).json).toEqual([]);
});
