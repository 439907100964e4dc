import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import type { FieldList, FieldMeta } from '../model/contact.ts';
import type { Identity } from '../model/identity.ts';
import type { Json } from '../model/json.ts';
import { builtinFields } from './file/builtin-fields.ts';
import { compileMapping } from './compile.ts';
import { DEFAULT_MAPPING } from './file/default-mapping.ts';
import { parseMapping } from './file/mapping-file.ts';

const id = 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4';
const updated_at = '2026-02-08T14:16:41.230451Z';
const ann: Identity = {
  id,
  state: 'active',
  traits: { email: 'Ann@Example.com', name: { first: 'Ann', last: 'Lee' }, phone: '+49 30 1' },
  verifiable_addresses: [{ via: 'email', value: 'ann@example.com', verified: true }],
  updated_at,
};
const annAsHint: Identity = { id, traits: { email: 'Ann@Example.com' } };

const fields: FieldList = builtinFields('Contacts');

function compile(yaml: string, oryIdField?: string) {
  return compileMapping(parseMapping(yaml, 'm.yaml'), oryIdField === undefined ? {} : { oryIdField });
}

function withTraits(traits: Json): Identity {
  return { id, traits, updated_at };
}

const always = { write: 'always', clear: true, madeUp: false };

describe('the built-in mapping', () => {
  const mapping = compile(DEFAULT_MAPPING);

  test('makes a contact', async () => {
    const mapped = await mapping.evaluate(ann, fields);
    expect(mapped.when).toBe(true);
    expect(mapped.problems).toBeUndefined();
    expect(Object.fromEntries(mapped.fields)).toEqual({
      Email: { ...always, value: 'Ann@Example.com' },
      First_Name: { ...always, value: 'Ann' },
      Last_Name: { ...always, value: 'Lee', clear: false },
      Phone: { ...always, value: '+49 30 1' },
    });
  });

  test('fields without a value in the identity are to be cleared', async () => {
    const { fields: made } = await mapping.evaluate(withTraits({ email: 'a@x.io' }), fields);
    expect(made.get('Phone')).toEqual({ ...always, value: null });
  });

  test.each<[preset: string, traits: Json, made: object]>([
    ['email', { email: 'ann@x.io' }, { Email: 'ann@x.io', First_Name: null, Last_Name: 'ann', Phone: null }],
    ['username', { username: 'ann7' }, { Email: null, First_Name: null, Last_Name: 'ann7', Phone: null }],
    [
      'sms',
      { phone_number: '+49301' },
      { Email: null, First_Name: null, Last_Name: '+49301', Phone: '+49301' },
    ],
    [
      'basic',
      { email: 'ann@x.io', name: { first: 'Ann', last: 'Lee' }, newsletter: true },
      { Email: 'ann@x.io', First_Name: 'Ann', Last_Name: 'Lee', Phone: null },
    ],
    ['blank', {}, { Email: null, First_Name: null, Last_Name: id, Phone: null }],
  ])("supports Ory's preset %s", async (_preset, traits, values) => {
    const { fields: made } = await mapping.evaluate(withTraits(traits), fields);
    expect(Object.fromEntries([...made].map(([name, { value }]) => [name, value]))).toEqual(values);
  });

  test('nothing is cleared by a hint', async () => {
    const { fields: made } = await mapping.evaluate(annAsHint, fields);
    expect(made.get('Email')).toEqual({ ...always, value: 'Ann@Example.com', clear: false });
    expect(made.get('First_Name')).toEqual({ ...always, value: null, clear: false });
  });

  test('a name that is too long is cut, and this is reported', async () => {
    const long = withTraits({ name: { first: 'A'.repeat(200_000), last: '🎉'.repeat(50) } });
    const { fields: made } = await mapping.evaluate(long, fields);
    expect(made.get('First_Name')).toMatchObject({ value: 'A'.repeat(40), cutFrom: 200_000 });
    expect(made.get('Last_Name')).toMatchObject({ value: '🎉'.repeat(40), cutFrom: 100 });
  });
});

describe('a last name is made up if no trait has it', () => {
  test.each<[Json, string]>([
    [{ email: 'Ann.Lee@x.io', username: 'ann7', phone: '+49' }, 'Ann.Lee'],
    [{ email: '@x.io', username: 'ann7' }, 'ann7'],
    [{ email: `${'a'.repeat(100)}@x.io` }, 'a'.repeat(80)],
    [{ username: ' ann7 ', phone: '+49' }, 'ann7'],
    [{ phone_number: '+4930' }, '+4930'],
    [{ first_name: 'Ann' }, 'Ann'],
    [{ email: 'ann@x.io', name: { first: 'Ann', last: ' \u200B' } }, 'ann'],
    [{}, id],
    [null, id],
  ])('from %j: %s', async (traits, value) => {
    for (const yaml of [DEFAULT_MAPPING, 'fields: {}', 'fields: { Last_Name: traits.last_names }']) {
      const { fields: made } = await compile(yaml).evaluate(withTraits(traits), fields);
      expect(made.get('Last_Name')).toEqual({ value, write: 'on-create', clear: false, madeUp: true });
    }
  });

  test('also if the mapping gives an object, which is reported', async () => {
    const mapped = await compile('fields: { Last_Name: traits }').evaluate(ann, fields);
    expect(mapped.fields.get('Last_Name')).toMatchObject({ value: 'Ann', madeUp: true });
    expect(mapped.problems).toEqual([{ field: 'Last_Name', message: expect.stringContaining('takes text') }]);
  });
});

describe('a field that cannot be made is left out and reported, and the others are made', () => {
  test.each<[yaml: string, message: string]>([
    ['First_Name: traits.name', 'The field takes text'],
    ['First_Name: $number(traits.email)', 'JSONata error D3030'],
    ['Full_Name: full_name', 'read-only'],
  ])('%s', async (field, message) => {
    const mapped = await compile(`fields:\n  Email: email\n  ${field}`).evaluate(ann, fields);
    expect([...mapped.fields.keys()].sort()).toEqual(['Email', 'Last_Name']);
    expect(mapped.problems).toEqual([
      { field: field.split(':')[0], message: expect.stringContaining(message) },
    ]);
    expect(JSON.stringify(mapped.problems)).not.toContain('Ann');
  });
});

describe('when', () => {
  test.each<[when: string, identity: Identity, expected: boolean | 'unknown']>([
    ['verified', ann, true],
    ['verified', { ...ann, verifiable_addresses: [] }, false],
    ['verified', annAsHint, 'unknown'],
    ['$not(verified)', annAsHint, 'unknown'],
    ['state = "active"', ann, true],
    ['state = "active"', annAsHint, 'unknown'],
    ['$exists(traits.email)', annAsHint, true],
    ['traits.plan = "pro"', annAsHint, false],
    ['traits.missing', ann, false],
    ['traits.name', ann, true],
    ['false', ann, false],
    ['$number(traits.email) > 1', ann, 'unknown'],
  ])('%s', async (when, identity, expected) => {
    const mapping = compile(`when: ${JSON.stringify(when)}\nfields: { Email: email }`);
    expect((await mapping.evaluate(identity, fields)).when).toBe(expected);
  });

  test('that cannot be evaluated is reported', async () => {
    const mapped = await compile('when: $number(traits.email)\nfields: {}').evaluate(ann, fields);
    expect(mapped.problems).toEqual([{ field: 'when', message: expect.stringContaining('D3030') }]);
  });

  test('that uses the time of sign-in is refused', () => {
    expect(() => compile('when: $exists(signed_in_at)\nfields: {}')).toThrow(ConfigurationError);
  });
});

describe('fields that need data which the snapshot lacks are left alone', () => {
  const mapping = compile(`fields:
  Verified: "verified ? 'yes' : 'no'"
  State: state
  Signed_In: signed_in_at
`);

  test('for a hint', async () => {
    expect([...(await mapping.evaluate(annAsHint, fields)).fields.keys()]).toEqual(['Last_Name']);
  });

  test('for an event that is not a login', async () => {
    expect([...(await mapping.evaluate(ann, fields)).fields.keys()]).toEqual([
      'Verified',
      'State',
      'Last_Name',
    ]);
  });

  test('but they are written for a login', async () => {
    const signedIn = { ...ann, signed_in_at: '2026-02-08T14:16:41.23Z' };
    const meta = {
      apiName: 'Signed_In',
      dataType: 'datetime',
      unique: false,
      mandatory: false,
      writable: true,
    };
    const { fields: made } = await mapping.evaluate(signedIn, new Map([['Signed_In', meta]]));
    expect(made.get('Signed_In')).toMatchObject({ value: '2026-02-08T14:16:41+00:00' });
  });
});

test('write and clear come from the mapping, but a mandatory field is never cleared', async () => {
  const company: FieldMeta = {
    apiName: 'Company',
    dataType: 'text',
    unique: false,
    mandatory: true,
    writable: true,
  };
  const yaml = `fields:
  Lead_Source: { value: "'Ory'", write: on-create }
  Newsletter: { value: traits.consent.newsletter, clear: false }
  Company: traits.company
`;
  const { fields: made } = await compile(yaml).evaluate(ann, new Map([...fields, ['Company', company]]));
  expect(made.get('Lead_Source')).toEqual({ value: 'Ory', write: 'on-create', clear: true, madeUp: false });
  expect(made.get('Newsletter')).toEqual({ ...always, value: null, clear: false });
  expect(made.get('Company')).toEqual({ ...always, value: null, clear: false });
});

describe('the Ory-id field', () => {
  test('always gets the id, and is never cleared', async () => {
    const mapping = compile(DEFAULT_MAPPING, 'Ory_Id');
    const { fields: made } = await mapping.evaluate(annAsHint, fields);
    expect(made.get('Ory_Id')).toEqual({ ...always, value: id, clear: false });
    expect(mapping.fieldNames).toEqual(['Email', 'First_Name', 'Last_Name', 'Phone', 'Ory_Id']);
  });

  test.each(['fields: { Ory_Id: id }', 'when: verified\notherwise: { set: { Ory_Id: id } }\nfields: {}'])(
    'cannot be set by the mapping: %j',
    (yaml) => {
      expect(() => compile(yaml, 'Ory_Id')).toThrow(/\.Ory_Id .* is the Ory-id field/);
    },
  );
});

describe('`otherwise: { set }`', () => {
  const mapping = compile(`when: verified
otherwise: { set: { Email_Opt_Out: "'true'", Lead_Source: traits.left, Lead_Status: state, Full_Name: "'x'" } }
fields: { Email: email }
`);

  test('is made for identities that `when` excludes, and fits the fields', async () => {
    const gone = { ...ann, verifiable_addresses: [] };
    const { when, otherwise, problems } = await mapping.evaluate(gone, fields);
    expect(when).toBe(false);
    expect(Object.fromEntries(otherwise)).toEqual({
      Email_Opt_Out: { ...always, value: true },
      Lead_Source: { ...always, value: null },
      Lead_Status: { ...always, value: 'active' },
    });
    expect(problems).toEqual([{ field: 'Full_Name', message: expect.stringContaining('read-only') }]);
  });

  test.each([
    ['an identity that `when` includes', ann],
    ['an identity for which `when` is unknown', annAsHint],
  ])('is not made for %s', async (_who, identity) => {
    expect((await mapping.evaluate(identity, fields)).otherwise.size).toBe(0);
  });

  test('reports whether it uses the time of the sign-in', () => {
    expect(mapping.readsSignIn).toBe(false);
    expect(compile('fields: { Last_Sign_In: signed_in_at }').readsSignIn).toBe(true);
  });

  test('its fields are listed among the fields that may be written, each once', () => {
    const yaml = 'when: verified\notherwise: { set: { A: 1, B: 2 } }\nfields: { B: 1, Last_Name: last_name }';
    expect(compile(yaml).fieldNames).toEqual(['B', 'Last_Name', 'A']);
  });
});

test('the layout goes with a new contact, and no identity needs to have it', async () => {
  const mapping = compile(`layout: "4150868000000091055"\n${DEFAULT_MAPPING}`);
  const { fields: made } = await mapping.evaluate(ann, fields);
  const value = { id: '4150868000000091055' };
  expect(made.get('Layout')).toEqual({ value, write: 'on-create', clear: false, madeUp: false });
  expect(mapping.fieldNames).not.toContain('Layout');
});

test('keys other than fields are passed on', () => {
  const yaml = `when: verified\notherwise: tag\ndeleted: delete\nassignment_rule: "123"\ntags: [Ory]\n${DEFAULT_MAPPING}`;
  const contactRules = { otherwise: 'tag', deleted: 'delete', tags: ['Ory'] };
  const given = { contactRules, assignmentRule: '123' };
  expect(compile(yaml)).toMatchObject(given);
  const none = {
    contactRules: { otherwise: 'leave', deleted: 'leave', tags: [] },
    assignmentRule: null,
  };
  expect(compile(DEFAULT_MAPPING)).toMatchObject(none);
});

describe('the hash', () => {
  const { hash } = compile(DEFAULT_MAPPING);

  test('is the same for a mapping with the same meaning', () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const same = `fields:
  Phone: { clear: true, value: phone }
  Last_Name: last_name
  First_Name: first_name
  Email: email
trigger: [workflow]
`;
    expect(compile(same).hash).toBe(hash);
  });

  test('changes with anything else', () => {
    const hashes = [
      hash,
      ...[
        'when: verified',
        'when: verified\notherwise: tag',
        'when: verified\notherwise: { set: { Title: 1 } }',
        'when: verified\notherwise: { set: { Title: 2 } }',
        'deleted: tag',
        'adopt: fill',
        'recreate: false',
        'trigger: []',
        'assignment_rule: "1"',
        'layout: "1"',
        'tags: [Ory]',
      ].map((line) => compile(`${line}\n${DEFAULT_MAPPING}`).hash),
      compile(DEFAULT_MAPPING.replace('Contacts', 'Leads')).hash,
      compile(DEFAULT_MAPPING.replace('phone', '{ value: phone, clear: false }')).hash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('stays the same with another Ory-id field, but the hash that processes compare changes', () => {
    const all = [undefined, 'Ory_Id', 'Other_Id'].map((field) => compile(DEFAULT_MAPPING, field));
    expect(new Set(all.map((one) => one.hash)).size).toBe(1);
    expect(new Set(all.map((one) => one.hashWithId)).size).toBe(3);
  });
});

test('a wrong expression names its field', () => {
  expect(() => compile('fields: { Phone: "phone +" }')).toThrow(/fields\.Phone .*\(at character 7\)/);
});
