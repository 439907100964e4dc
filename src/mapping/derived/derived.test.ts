import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../../model/identity.ts';
import type { Json } from '../../model/json.ts';
import { derive, emailKey, emailOf, isHint } from './derived.ts';

const id = 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4';
const updated_at = '2026-02-08T14:16:41.230451Z';

function withTraits(traits: Json): Identity {
  return { id, traits, updated_at };
}

function address(via: string, value: Json) {
  return { via, value };
}

function addresses(value: string, verified: Json) {
  return [{ via: 'email', value, verified }];
}

describe('the email', () => {
  const table: [what: string, identity: Omit<Identity, 'id'>, email: string | undefined][] = [
    ['traits.email, as typed', { traits: { email: 'Foo@Example.com' } }, 'Foo@Example.com'],
    ['without the blanks around it', { traits: { email: ' foo@example.com ' } }, 'foo@example.com'],
    ['without a tab before it', { traits: { email: '\tfoo@example.com' } }, 'foo@example.com'],
    [
      'without invisible characters around it',
      { traits: { email: '\uFEFF\u3000\u202Afoo@example.com\u200B\u0085\u2029' } },
      'foo@example.com',
    ],
    ['without control characters', { traits: { email: 'f\0oo@example\r\n.com\u0007' } }, 'foo@example.com'],
    ['under a key of another spelling', { traits: { 'E-Mail': 'a@x.io' } }, 'a@x.io'],
    ['under emailAddress', { traits: { emailAddress: 'a@x.io' } }, 'a@x.io'],
    [
      'from the addresses, without blanks too',
      { verifiable_addresses: [address('email', ' v@x.io\n')] },
      'v@x.io',
    ],
    ['the first of traits.emails', { traits: { emails: ['a@x.io', 'b@x.io'] } }, 'a@x.io'],
    ['the first of traits.emails as object', { traits: { emails: [{ value: 'a@x.io' }] } }, 'a@x.io'],
    [
      'traits before addresses',
      { traits: { email: 'A@x.io' }, verifiable_addresses: [address('email', 'a@x.io')] },
      'A@x.io',
    ],
    [
      'a blank trait does not count',
      {
        traits: { email: '  ' },
        verifiable_addresses: [address('sms', '+49123'), address('email', 'a@x.io')],
      },
      'a@x.io',
    ],
    [
      'a trait that is not text does not count',
      { traits: { email: 5 }, recovery_addresses: [address('email', 'r@x.io')] },
      'r@x.io',
    ],
    [
      'verifiable before recovery',
      {
        verifiable_addresses: [address('email', 'v@x.io')],
        recovery_addresses: [address('email', 'r@x.io')],
      },
      'v@x.io',
    ],
    [
      'an address without text does not count',
      { verifiable_addresses: [address('email', null), 'x', null] },
      undefined,
    ],
    ['no traits', {}, undefined],
    ['traits that are a list', { traits: ['a@x.io'] }, undefined],
  ];
  test.each(table)('%s', (_what, identity, email) => {
    expect(emailOf({ id, ...identity })).toBe(email);
  });

  test('its key is trimmed and in lower case', () => {
    expect(emailKey(' Foo@Example.COM ')).toBe('foo@example.com');
  });
});

describe('verified', () => {
  const traits = { email: 'Foo@Example.com' };
  const table: [what: string, identity: Omit<Identity, 'id'>, verified: boolean | undefined][] = [
    [
      'true for the address in lower case',
      { traits, updated_at, verifiable_addresses: addresses('foo@example.com', true) },
      true,
    ],
    [
      'false while it is not verified',
      { traits, updated_at, verifiable_addresses: addresses('foo@example.com', false) },
      false,
    ],
    [
      'false when only another address is',
      { traits, updated_at, verifiable_addresses: addresses('b@example.com', true) },
      false,
    ],
    [
      'false for the text "true"',
      { traits, updated_at, verifiable_addresses: addresses('foo@example.com', 'true') },
      false,
    ],
    ['false without addresses', { traits, updated_at }, false],
    ['false without an email', { updated_at, verifiable_addresses: [] }, false],
    ['unknown on a hint', { traits, verifiable_addresses: addresses('foo@example.com', true) }, undefined],
  ];
  test.each(table)('is %s', (_what, identity, verified) => {
    expect(derive({ id, ...identity }).verified).toBe(verified);
  });
});

test.each([undefined, null, 5, '', '0001-01-01T00:00:00Z', 'yesterday'])(
  'an identity updated at %j is a hint',
  (updated_at) => {
    expect(isHint({ id, ...(updated_at !== undefined && { updated_at }) })).toBe(true);
  },
);

test('an identity with an updated_at in nanoseconds is not a hint', () => {
  expect(isHint({ id, updated_at: '2026-02-08T14:16:41.218176193Z' })).toBe(false);
});

describe('names', () => {
  const table: [
    traits: Json,
    first: string | undefined,
    last: string | undefined,
    full: string | undefined,
  ][] = [
    [{ name: { first: 'Ann', last: 'Lee' } }, 'Ann', 'Lee', 'Ann Lee'],
    [{ name: { given: 'Ann', family: 'Lee' } }, 'Ann', 'Lee', 'Ann Lee'],
    [{ name: { givenName: 'Ann', familyName: 'Lee' } }, 'Ann', 'Lee', 'Ann Lee'],
    [{ first_name: 'Ann', last_name: 'Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ firstName: 'Ann', lastName: 'Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ given_name: 'Ann', family_name: 'Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ name: 'Ann Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ full_name: 'Ann Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ display_name: 'Lee, Ann' }, 'Ann', 'Lee', 'Lee, Ann'],
    [{ name: { first: ' Ann  Maria ', last: '' } }, 'Ann Maria', undefined, 'Ann Maria'],
    [{ last_name: 'Lee' }, undefined, 'Lee', 'Lee'],
    [{ first_name: 'Ann', name: 'Ann van Lee' }, 'Ann', 'van Lee', 'Ann van Lee'],
    [{ last_name: 'Lee', name: 'Ann Lee' }, 'Ann', 'Lee', 'Ann Lee'],
    [{ first_name: 'Ann', display_name: 'CoolKitten' }, 'Ann', undefined, 'CoolKitten'],
    [{ name: 5, first_name: ['Ann'], last_name: { a: 1 } }, undefined, undefined, undefined],
    // one half next to a plain name
    [{ name: 'Kim', surname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { name: 'Kim', surname: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { name: 'Oh', first: 'Kim' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ names: { name: 'Kim Oh', family_name: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { name: 'Kim Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: 'Kim Ann', surname: 'Oh' }, 'Kim Ann', 'Oh', 'Kim Ann Oh'],
    [{ name: 'Kim', surname: 'van den Berg' }, 'Kim', 'van den Berg', 'Kim van den Berg'],
    [{ name: 'Kim Oh', surname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: 'Oh, Kim', surname: 'Oh' }, 'Kim', 'Oh', 'Oh, Kim'],
    [{ name: 'kim van den berg', surname: 'van den Berg' }, 'kim', 'van den Berg', 'kim van den berg'],
    [{ name: 'Oh', surname: 'Oh' }, undefined, 'Oh', 'Oh'],
    [{ name: 'Dr. Kim', surname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ first_name: 'Kim', name: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ first_name: 'Kim', name: 'García Márquez' }, 'Kim', 'García Márquez', 'Kim García Márquez'],
    [{ first_name: 'Anna', name: 'Nagy Anna' }, 'Anna', 'Nagy', 'Nagy Anna'],
    [{ first_name: 'Ann', name: 'Ann' }, 'Ann', undefined, 'Ann'],
    [{ last_name: 'Lee', display_name: 'CoolKitten' }, undefined, 'Lee', 'CoolKitten'],
    [{ surname: 'Oh', name: 'Kim', full_name: 'Kim Ann Oh' }, 'Kim Ann', 'Oh', 'Kim Ann Oh'],
    [{ surname: 'Oh', name: 'Kim', display_name: 'Kimmy Oh' }, 'Kim', 'Oh', 'Kimmy Oh'],
    [{ name: 'Kim', full_name: 'Kim Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: 'Kim Oh', first_name: 'Kim', last_name: 'Lee' }, 'Kim', 'Lee', 'Kim Oh'],
    // keys as people write them
    [{ firstname: 'Kim', lastname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { firstname: 'Kim', lastname: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { givenName: 'Kim', familyName: 'Oh', formatted: 'Ms. Kim Oh' } }, 'Kim', 'Oh', 'Ms. Kim Oh'],
    [{ name: { full: 'Kim Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ full_name: { first: 'Kim', last: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ names: { first_name: 'Kim', surname: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ fullname: 'Kim Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ FIRST_NAME: 'Kim', 'LAST-NAME': 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ 'first-name': 'Kim', Surname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ givenname: 'Kim', sur_name: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ forename: 'Kim', familyname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ Name: { First: 'Kim', Last: 'Oh' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ displayName: 'Kim Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    [{ name: { first: 'Kim' }, surname: 'Oh' }, 'Kim', 'Oh', 'Kim Oh'],
    // blanks and controls
    [{ name: { first: '  Kim ', last: 'Oh\n' } }, 'Kim', 'Oh', 'Kim Oh'],
    [{ first_name: 'K\0im\u0007', last_name: 'van\nBerg' }, 'Kim', 'van Berg', 'Kim van Berg'],
    [{ name: ' \u200B ' }, undefined, undefined, undefined],
    ['Ann Lee', undefined, undefined, undefined],
    [null, undefined, undefined, undefined],
  ];
  test.each(table)('%j', (traits, first_name, last_name, full_name) => {
    expect(derive(withTraits(traits))).toMatchObject({ first_name, last_name, full_name });
  });
});

describe('among several spellings of one key', () => {
  const spellings = ['first_name', 'firstName', 'first-name', 'FirstName', 'FIRST_NAME'];
  test.each(spellings.map((spelling, index) => [spelling, spellings.slice(index)] as const))(
    '%s wins over the ones after it, in any order of the keys',
    (spelling, those) => {
      const entries = those.map((key) => [key, key === spelling ? 'Kim' : 'Ann'] as const);
      for (const ordered of [entries, entries.toReversed()]) {
        expect(derive(withTraits(Object.fromEntries(ordered))).first_name).toBe('Kim');
      }
    },
  );

  test('one without a value is skipped', () => {
    expect(derive(withTraits({ first_name: ' ', firstName: 'Kim', FIRST_NAME: 5 })).first_name).toBe('Kim');
  });
});

test.each([
  [{ traits: { phoneNumber: '+4930111222' } }, '+4930111222'],
  [{ traits: { mobilePhone: '+4930' } }, '+4930'],
  [{ traits: { mobile_number: '+4930' } }, '+4930'],
  [{ traits: { 'cell-phone': '+4930' } }, '+4930'],
  [{ traits: { telephone: '+4930' } }, '+4930'],
  [{ traits: { phones: [{ number: '+4930' }] } }, '+4930'],
  [{ traits: { phone: 4930111222 } }, '4930111222'],
  [{ traits: { phone_numbers: [4930] } }, '4930'],
  [{ traits: { phone: 0, mobile: '+4930' } }, '+4930'],
  [{ traits: { phone: true, mobile: 4930 } }, '4930'],
  [{ traits: { phone: '+49 30 1' } }, '+49 30 1'],
  [{ traits: { phone_number: '+4930' } }, '+4930'],
  [{ traits: { mobile: '+4930' } }, '+4930'],
  [{ traits: { phone_numbers: ['+4930'] } }, '+4930'],
  [{ traits: { phone_numbers: [{ value: '+4930' }] } }, '+4930'],
  [{ verifiable_addresses: [{ via: 'sms', value: '+4930' }] }, '+4930'],
] satisfies [Omit<Identity, 'id'>, string | undefined][])('the phone of %j is %j', (identity, phone) => {
  expect(derive({ id, ...identity }).phone).toBe(phone);
});

test('the time of the last sign-in comes from a snapshot that has it', () => {
  expect(derive(withTraits({})).signed_in_at).toBeUndefined();
  const carrying = { ...withTraits({}), signed_in_at: '2026-02-08T14:16:41Z' };
  expect(derive(carrying).signed_in_at).toBe('2026-02-08T14:16:41Z');
});

const anyJson = fc.json().map((text): Json => JSON.parse(text));

test('any JSON is accepted as traits and addresses', () => {
  fc.assert(
    fc.property(anyJson, anyJson, anyJson, (traits, verifiable_addresses, recovery_addresses) => {
      derive({ id, traits, verifiable_addresses, recovery_addresses, updated_at });
    }),
  );
});

test('nothing on the prototype counts as a trait', () => {
  expect(
    derive(withTraits(JSON.parse('{"__proto__":{"email":"evil@x.io","first_name":"Eve"}}'))),
  ).toMatchObject({
    email: undefined,
    first_name: undefined,
  });
});
