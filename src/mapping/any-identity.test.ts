import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldList, FieldMeta, FieldValue } from '../model/contact.ts';
import type { Identity } from '../model/identity.ts';
import type { Json } from '../model/json.ts';
import { isBlank } from './value/blank.ts';
import { builtinFields } from './file/builtin-fields.ts';
import { compileMapping } from './compile.ts';
import { DEFAULT_MAPPING } from './file/default-mapping.ts';
import type { Mapped } from './mapped.ts';
import { parseMapping } from './file/mapping-file.ts';

const TEN_FIELDS = `
when: $not(traits.banned)
otherwise: { set: { Text: traits.name, Yes: traits.banned } }
layout: "4150868000000091055"
fields:
  Email: email
  Last_Name: $coalesce(traits.name.last, last_name)
  Text: traits.name
  Choice: traits.*[0]
  Choices: traits.**
  Yes: traits.email ?? verified
  Whole: traits.number
  Long: $string(traits.number)
  Amount: $number(traits.number)
  Day: created_at
  Moment: { value: signed_in_at, clear: false }
  Other: '{ "id": traits.name }'
  Unknown: $$
  Joined: traits.first_name & metadata_public.plan
`;

const known: FieldList = new Map<string, FieldMeta>([
  ...builtinFields('Contacts'),
  field('Text', 'text', 5),
  field('Choice', 'picklist', 5),
  field('Choices', 'multiselectpicklist'),
  field('Yes', 'boolean'),
  field('Whole', 'integer'),
  field('Long', 'bigint'),
  field('Amount', 'currency'),
  field('Day', 'date'),
  field('Moment', 'datetime'),
  field('Other', 'lookup'),
]);

function field(apiName: string, dataType: string, length?: number): [string, FieldMeta] {
  const meta = { apiName, dataType, unique: false, mandatory: false, writable: true };
  return [apiName, length === undefined ? meta : { ...meta, length }];
}

/** Whether Zoho's field takes the value, by the types of Zoho CRM API, "Insert Records". */
function fits(value: FieldValue, meta: FieldMeta | undefined): boolean {
  switch (meta?.dataType) {
    case 'text':
    case 'picklist':
      return isShown(value) && value.length <= (meta.length ?? Number.POSITIVE_INFINITY);
    case 'multiselectpicklist':
      return Array.isArray(value) && value.length > 0 && value.every(isShown);
    case 'email':
    case 'phone':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'bigint':
      return typeof value === 'string' && BigInt.asIntN(64, BigInt(value)).toString() === value;
    case 'currency':
      return Number.isFinite(value);
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
    case 'datetime':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/.test(value);
    case 'lookup':
      return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
    default:
      return JSON.stringify(value) !== undefined;
  }
}

/** Text that any database can store and that is not blank. */
function isShown(text: unknown): text is string {
  return typeof text === 'string' && text.isWellFormed() && !text.includes('\0') && !isBlank(text);
}

const key = fc.oneof(
  fc.constantFrom('email', 'emails', 'name', 'first', 'last', 'first_name', 'phone', 'username', 'number'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'value', 'via', 'banned', 'plan', ''),
  fc.string(),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .constantFrom('', ' ', '\0', '\uD800', '\u200B', '\u0301', 'a@x.io', '@', ',', 'Dr.', 'van', '🎉', '9')
    .chain((word) => fc.constantFrom(1, 3, 90, 20_000).map((times) => word.repeat(times))),
  fc.constantFrom('2026-02-30', '2026-02-08T14:16:41.23+05:30', '0001-01-01T00:00:00Z', 'true', '1e999'),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 2 ** 53, 1e308),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    text,
    number,
    fc.constantFrom(null, true, false),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 6 }).map(Object.fromEntries<Json>),
  ),
}));
const identity: fc.Arbitrary<Identity> = fc.record(
  {
    id: fc.uuid(),
    schema_id: json,
    state: json,
    traits: json,
    verifiable_addresses: json,
    recovery_addresses: json,
    metadata_public: json,
    external_id: json,
    organization_id: json,
    created_at: json,
    updated_at: fc.oneof(fc.constant('2026-02-08T14:16:41.230451Z'), json),
    signed_in_at: json,
  },
  { requiredKeys: ['id'] },
);

/** Checks what every record must have, for any input. */
function expectValid(mapped: Mapped, fields: FieldList): void {
  for (const [name, made] of [...mapped.fields, ...mapped.otherwise]) {
    const meta = name === 'Last_Name' ? known.get(name) : fields.get(name);
    if (made.value !== null && !fits(made.value, meta)) {
      expect.fail(`${name} is ${JSON.stringify(made.value)?.slice(0, 200)}`);
    }
  }
  expect(mapped.fields.get('Last_Name')).toMatchObject({ value: expect.toSatisfy(isShown), clear: false });
  expect(mapped.otherwise.size === 0 || mapped.when === false).toBe(true);
  for (const { message } of mapped.problems ?? []) expect(message).not.toBe('');
}

describe('for any identity', () => {
  test.each([
    ['the built-in mapping', DEFAULT_MAPPING],
    ['a mapping of every type', TEN_FIELDS],
  ])('%s makes a record that Zoho takes, or reports the fields that it leaves out', async (_name, yaml) => {
    const mapping = compileMapping(parseMapping(yaml, 'm.yaml'), { oryIdField: 'Ory_Id' });
    await fc.assert(
      fc.asyncProperty(identity, fc.constantFrom(known, new Map()), async (one, fields) => {
        const mapped = await mapping.evaluate(one, fields);
        expectValid(mapped, fields);
        expect(mapped.fields.get('Ory_Id')?.value).toBe(one.id);
        expect(await mapping.evaluate(one, fields)).toEqual(mapped);
      }),
      { numRuns: 500 },
    );
  });

  test('traits nested 5,000 levels deep are accepted', async () => {
    const deep: Json = JSON.parse(`${'{"name":'.repeat(5000)}"x"${'}'.repeat(5000)}`);
    const id = 'a82f5694-0b84-48e4-b5f9-aa100c7bc2e4';
    for (const yaml of [DEFAULT_MAPPING, TEN_FIELDS]) {
      const mapping = compileMapping(parseMapping(yaml, 'm.yaml'));
      const mapped = await mapping.evaluate({ id, traits: deep, updated_at: '2026-02-08T14:16:41Z' }, known);
      expectValid(mapped, known);
      expect(mapped.fields.get('Last_Name')?.value).toBe(id);
    }
  });
});
