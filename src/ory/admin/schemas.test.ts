import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { sampleIdentity } from './schemas.ts';

const sample = (properties: JsonObject) =>
  sampleIdentity({
    id: 'x',
    schema: { type: 'object', properties: { traits: { type: 'object', properties } } },
  });

const verified = (via: string) => ({ 'ory.sh/kratos': { verification: { via } } });

describe('the sample identity of a schema', () => {
  it('has every trait, with the type and format of the schema', () => {
    const { traits } = sample({
      email: { type: 'string', format: 'email' },
      name: { type: 'object', properties: { first: { type: 'string' }, last: { type: 'string' } } },
      phones: { type: 'array', items: { type: 'string', format: 'tel' } },
      newsletter: { type: 'boolean' },
      age: { type: 'integer' },
      odd: {},
    });
    expect(traits).toEqual({
      email: 'ann@example.com',
      name: { first: 'Ann', last: 'Ann' },
      phones: ['+14155550100'],
      newsletter: true,
      age: 1,
      odd: null,
    });
  });

  it('has the addresses that Ory would verify', () => {
    const { verifiable_addresses } = sample({
      contact: { type: 'string', ...verified('email') },
      mobile: { type: 'string', ...verified('sms') },
    });
    expect(verifiable_addresses).toMatchObject([
      { via: 'email', value: 'ann@example.com' },
      { via: 'sms', value: '+14155550100' },
    ]);
  });

  it('has no traits if the schema has none', () => {
    expect(sampleIdentity({ id: 'x', schema: {} }).traits).toBeNull();
  });
});
