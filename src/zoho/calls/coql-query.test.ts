import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../errors.ts';
import { columnsOf, criteriaOf, queryOf } from './coql-query.ts';

const UUID = '0f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0';
const none = { emails: [], oryIds: [], ids: [] };
const valuesOf = (keys: Parameters<typeof criteriaOf>[0]) =>
  criteriaOf(keys)
    .flat()
    .map(({ value }) => value);

it.each([
  [[{ column: 'Email', value: 'a@b.de' }], "Email in ('a@b.de')"],
  [
    [
      { column: 'id', value: '1' },
      { column: 'Email', value: 'a@b.de' },
      { column: 'Email', value: 'c@b.de' },
    ],
    "(id in ('1') or Email in ('a@b.de', 'c@b.de'))",
  ],
  [
    [
      { column: 'id', value: '1' },
      { column: 'Ory_Id', value: UUID },
      { column: 'Email', value: 'a@b.de' },
    ],
    `((id in ('1') or Ory_Id in ('${UUID}')) or Email in ('a@b.de'))`,
  ],
])('nests criteria in pairs: %j', (criteria, where) => {
  expect(queryOf('Contacts', ['id', 'Email'], criteria, "\\'", 200)).toBe(
    `select id, Email from Contacts where ${where} order by id asc limit 200, 200`,
  );
});

it('writes a quote inside quotes in the given way', () => {
  const criteria = [{ column: 'Email', value: "o'brien@b.de" }];
  expect(queryOf('Contacts', ['id'], criteria, "\\'", 0)).toContain(String.raw`'o\'brien@b.de'`);
  expect(queryOf('Contacts', ['id'], criteria, "''", 0)).toContain(`'o''brien@b.de'`);
});

describe('the keys of a look-up', () => {
  it('are split into queries of 50 values per column, values with a quote separately', () => {
    const emails = Array.from({ length: 120 }, (_, index) => `person${index}@example.com`);
    const groups = criteriaOf({ ...none, emails: ["o'brien@example.com", ...emails], ids: ['1'] });
    expect(groups.map((group) => group.length)).toEqual([51, 50, 20, 1]);
  });

  it('are each asked for once', () => {
    expect(valuesOf({ ...none, emails: ['a@b.de', 'a@b.de'], ids: ['1', '1'] })).toEqual(['1', 'a@b.de']);
  });

  it.each(['a@b.de', '+tag@b.de', "o'brien@sub.b-c.de", 'josé@müller.de', 'a{b}|c~d@b.museum', 'a@1.2.de'])(
    'include the email %j, which Zoho takes',
    (email) => {
      expect(valuesOf({ ...none, emails: [email] })).toEqual([email]);
    },
  );

  it.each([
    "x') or id is not null or Email in ('",
    "a@b.de') limit 0, 2000",
    String.raw`a\'@b.de`,
    '"quoted local"@b.de',
    'user@localhost',
    'user@[127.0.0.1]',
    'a@b.xn--p1ai',
    '.a@b.de',
    'a@-b.de',
    'a b@c.de',
    'a@b.de\n',
    'a\u0000@b.de',
    '',
  ])('leave out the email %j, which Zoho cannot hold', (email) => {
    expect(valuesOf({ ...none, emails: [email] })).toEqual([]);
  });

  it('leave out ids that are not Zoho ids or UUIDs', () => {
    const keys = {
      ids: ['1) or (id > 0', '7328395000000683005'],
      oryIdField: 'Ory_Id',
      oryIds: ["x' or '", UUID],
      emails: [],
    };
    expect(valuesOf(keys)).toEqual(['7328395000000683005', UUID]);
    expect(valuesOf({ ...none, oryIds: [UUID] })).toEqual([]);
  });

  it('check an email of 100,000 characters quickly', () => {
    expect(
      valuesOf({
        ...none,
        emails: [`a@${'a-'.repeat(50_000)}`, `${'a'.repeat(100_000)}@`, `a@${'a.'.repeat(120)}!`],
      }),
    ).toEqual([]);
  });
});

it('asks for the keys besides the selected fields, 50 columns per query, each with the id', () => {
  expect(columnsOf(['Phone', 'id', 'Email'], 'Ory_Id')).toEqual([['id', 'Email', 'Ory_Id', 'Phone']]);
  const many = columnsOf(
    Array.from({ length: 98 }, (_, index) => `Field_${index}`),
    undefined,
  );
  expect(many.map((group) => group.length)).toEqual([50, 50, 2]);
  expect(many.every(([first]) => first === 'id')).toBe(true);
});

it('puts only API names into a query', () => {
  expect(() => columnsOf(['Phone, Email from Leads where 1'], undefined)).toThrow(ConfigurationError);
  expect(() => queryOf('Contacts where', ['id'], [{ column: 'id', value: '1' }], "''", 0)).toThrow(
    ConfigurationError,
  );
  expect(() => criteriaOf({ ...none, oryIdField: 'a b', oryIds: [UUID] })).toThrow(ConfigurationError);
});
