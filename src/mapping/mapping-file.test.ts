import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { loadMapping, parseMapping } from './mapping-file.ts';

function errorOf(text: string): ConfigurationError {
  try {
    parseMapping(text, 'm.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('no error');
}

test('a short mapping gets the defaults', () => {
  expect(parseMapping('fields: { Email: email }', 'm.yaml')).toEqual({
    module: 'Contacts',
    otherwise: 'leave',
    deleted: 'leave',
    adopt: 'overwrite',
    recreate: true,
    trigger: ['workflow'],
    tags: [],
    fields: { Email: { value: 'email', write: 'always', clear: true } },
  });
});

test('a mapping may say everything', () => {
  const text = `
module: Leads
when: verified
otherwise: { set: { Email_Opt_Out: true, Lead_Status: { value: "'Gone'" } } }
deleted: tag
adopt: fill
recreate: false
trigger: [approval, blueprint]
assignment_rule: "4150868000000061003"
layout: "4150868000000091055"
tags: [Ory, Sign up]
fields:
  Lead_Source: { value: "'Ory'", write: on-create }
  Newsletter: { value: traits.consent.newsletter, clear: false }
  Email_Opt_Out: false
  Score: 0.5
`;
  expect(parseMapping(text, 'm.yaml')).toEqual({
    module: 'Leads',
    when: 'verified',
    otherwise: { set: { Email_Opt_Out: { value: 'true' }, Lead_Status: { value: "'Gone'" } } },
    deleted: 'tag',
    adopt: 'fill',
    recreate: false,
    trigger: ['approval', 'blueprint'],
    assignment_rule: '4150868000000061003',
    layout: '4150868000000091055',
    tags: ['Ory', 'Sign up'],
    fields: {
      Lead_Source: { value: "'Ory'", write: 'on-create', clear: true },
      Newsletter: { value: 'traits.consent.newsletter', write: 'always', clear: false },
      Email_Opt_Out: { value: 'false', write: 'always', clear: true },
      Score: { value: '0.5', write: 'always', clear: true },
    },
  });
});

describe('a wrong mapping is refused with its place and key', () => {
  test.each([
    ['modul: Leads\nfields: {}', 'line 1, column 1: modul is no key of a mapping; did you mean module?'],
    [
      'fields:\n  Phone: { value: phone, wirte: always }',
      'line 2, column 26: fields.Phone.wirte is no key of a mapping; did you mean write?',
    ],
    [
      'fields:\n  Phone: { value: phone, write: never }',
      'line 2, column 33: fields.Phone.write must be one of: always, on-create',
    ],
    ['fields:\n  Phone:\n', 'fields.Phone is no expression'],
    ['fields:\n  Phone: [a]\n', 'fields.Phone is no expression'],
    ['fields:\n  Phone: ""\n', 'fields.Phone is no expression'],
    ['fields:\n  Phone: { write: always }\n', 'line 2, column 10: fields.Phone.value is no expression'],
    ['fields:\n  Big: 12345678901234567890', 'fields.Big is too large a number'],
    [
      'fields:\n  First Name: first_name',
      'line 2, column 3: fields.First Name is no API name of a field; did you mean First_Name?',
    ],
    ['fields:\n  __proto__: email', 'line 2, column 3: fields.__proto__ is no API name'],
    ['__proto__: { module: Leads }\nfields: {}', '__proto__ is no key'],
    ['module: Deals\nfields: {}', 'line 1, column 9: module must be one of: Contacts, Leads'],
    ['trigger: [mail]\nfields: {}', 'line 1, column 11: trigger.0 must be one of'],
    ['module: Leads', 'fields must be a list of keys and values'],
    ['trigger: workflow\nfields: {}', 'trigger must be a list'],
    ['recreate: yes\nfields: {}', 'recreate must be true or false'],
    [
      'otherwise: tag\nfields: {}',
      'line 1, column 12: otherwise says what becomes of those whom `when` excludes',
    ],
    [
      'when: verified\notherwise: drop\nfields: {}',
      'line 2, column 12: otherwise must be one of: leave, tag, delete',
    ],
    ['when: verified\notherwise: { set: {} }\nfields: {}', 'otherwise.set names no field'],
    [
      'when: verified\notherwise: { set: { Email: "\'\'" } }\nfields: {}',
      'line 2, column 28: otherwise.set.Email cannot be set',
    ],
    [
      'when: verified\notherwise: { set: { Last_Name: "\'-\'" } }\nfields: {}',
      'otherwise.set.Last_Name cannot be set',
    ],
    [
      'when: verified\notherwise: { set: { A B: 1 } }\nfields: {}',
      'line 2, column 21: otherwise.set.A B is no API name of a field; did you mean A_B?',
    ],
    [
      'when: verified\notherwise: { set: { A: { value: 1, clear: true } } }\nfields: {}',
      'line 2, column 36: otherwise.set.A.clear is no key',
    ],
    [
      'otherwise: { sett: { A: 1 } }\nfields: {}',
      'line 1, column 14: otherwise.sett is no key of a mapping; did you mean set?',
    ],
    [
      'Email: email\nfields: {}',
      'line 1, column 1: Email is no key of a mapping; fields stand below fields:',
    ],
    ['module: Contact\nfields: {}', 'module must be one of: Contacts, Leads; did you mean Contacts?'],
    ['when: verified\notherwise: delte\nfields: {}', 'did you mean delete?'],
    [
      'fields:\n  A: { value: a, write: on_create }',
      'fields.A.write must be one of: always, on-create; did you mean on-create?',
    ],
    [
      'fields:\n  A: { value: id, clear: flase }',
      'fields.A.clear must be true or false; did you mean false?',
    ],
    [
      'fields:\n  last_name: last_name',
      'line 2, column 3: fields.last_name is no field of Contacts; did you mean Last_Name?',
    ],
    [
      'module: Leads\nwhen: verified\notherwise: { set: { ZipCode: 1 } }\nfields: {}',
      'did you mean Zip_Code?',
    ],
    [
      'fields:\n  A: emial',
      'line 2, column 6: fields.A is wrong: nothing is called emial; did you mean email? (at character 5)',
    ],
    ['fields:\n  A: { value: a b }', 'line 2, column 15: fields.A.value is wrong: Syntax error'],
    [
      'when: verifed\nfields: {}',
      'line 1, column 7: when is wrong: nothing is called verifed; did you mean verified?',
    ],
    ['when: $exists(signed_in_at)\nfields: {}', 'when asks for signed_in_at, which only logins tell'],
    [
      'when: verified\notherwise: { set: { A: $now() } }\nfields: {}',
      'otherwise.set.A is wrong: $now is not for mappings',
    ],
    ['deleted: { set: { A: 1 } }\nfields: {}', 'deleted must be one of: leave, tag, delete'],
    [
      'assignment_rule: 4150868000000061003\nfields: {}',
      'line 1, column 18: assignment_rule is no id of Zoho: give its digits in quotes',
    ],
    ['layout: 5\nfields: {}', 'layout is no id of Zoho'],
    ['layout: "Standard"\nfields: {}', 'layout is no id of Zoho'],
    ['layout: "5"\nfields: { Layout: "5" }', 'fields.Layout is what `layout` sets'],
    ['tags: Ory\nfields: {}', 'tags must be a list'],
    ['tags: [2024]\nfields: {}', 'line 1, column 8: tags.0 is no text: put it in quotes'],
    ['tags: [" "]\nfields: {}', 'tags.0 is empty'],
    ['tags: ["a,b"]\nfields: {}', 'tags.0 has a comma'],
    [`tags: [${'a'.repeat(26)}]\nfields: {}`, 'tags.0 is longer than the 25 characters'],
    ['tags: [a, b, c, d, e, f, g, h, i, j, k]\nfields: {}', 'tags has more tags than a record takes'],
    ['', 'the file must be a list of keys and values'],
    ['- a', 'the file must be a list of keys and values'],
    ['fields: { Email: [', 'line 1'],
    ['fields: {}\nfields: {}', 'line 2, column 1: Map keys must be unique'],
    ['fields: { Email: !js x }', 'line 1, column 18: Unresolved tag'],
    ['['.repeat(20_000), 'line 1'],
  ])('%j', (text, message) => {
    const error = errorOf(text);
    expect(error.message).toContain('m.yaml');
    expect(error.message).toContain(message);
    expect(error).toMatchObject({
      code: 'bad_mapping',
      exitCode: 2,
      hint: expect.stringContaining('mapping check'),
    });
  });

  test('all faults are told at once', () => {
    expect(errorOf('a: 1\nb: 2\nfields: { c d: x }').message.split('\n')).toHaveLength(4);
  });

  test('a bomb of aliases', () => {
    const levels = 'bcdefghi'.split('').map((name, index) => {
      const below = `*${'abcdefgh'[index]}`;
      return `${name}: &${name} [${Array(9).fill(below).join(',')}]`;
    });
    expect(errorOf(`a: &a [x]\n${levels.join('\n')}`).message).toContain('alias');
  });
});

test('a file is read', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'mapping-')), 'm.yaml');
  await writeFile(path, 'module: Leads\nfields: { Email: email }\n');
  expect(await loadMapping(path)).toMatchObject({ module: 'Leads' });
});

test('a file that is not there is an error that names it', async () => {
  await expect(loadMapping('/no/such.yaml')).rejects.toMatchObject({
    code: 'mapping_unreadable',
    message: expect.stringContaining('/no/such.yaml'),
    exitCode: 2,
  });
});

test('without a path it is the built-in mapping', async () => {
  const { module, fields } = await loadMapping(undefined);
  expect(module).toBe('Contacts');
  expect(Object.keys(fields)).toEqual(['Email', 'First_Name', 'Last_Name', 'Phone']);
});
