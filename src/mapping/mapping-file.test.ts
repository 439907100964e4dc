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
    adopt: 'overwrite',
    recreate: true,
    trigger: ['workflow'],
    fields: { Email: { value: 'email', write: 'always', clear: true } },
  });
});

test('a mapping may say everything', () => {
  const text = `
module: Leads
when: verified
adopt: fill
recreate: false
trigger: [approval, blueprint]
fields:
  Lead_Source: { value: "'Ory'", write: on-create }
  Newsletter: { value: traits.consent.newsletter, clear: false }
  Email_Opt_Out: false
  Score: 0.5
`;
  expect(parseMapping(text, 'm.yaml')).toEqual({
    module: 'Leads',
    when: 'verified',
    adopt: 'fill',
    recreate: false,
    trigger: ['approval', 'blueprint'],
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
    ['modul: Leads\nfields: {}', 'line 1, column 8: modul is no key of a mapping'],
    ['fields:\n  Phone: { value: phone, wirte: always }', 'line 2, column 33: fields.Phone.wirte is no key'],
    [
      'fields:\n  Phone: { value: phone, write: never }',
      'line 2, column 33: fields.Phone.write must be one of: always, on-create',
    ],
    ['fields:\n  Phone:\n', 'fields.Phone is no expression'],
    ['fields:\n  Phone: [a]\n', 'fields.Phone is no expression'],
    ['fields:\n  Phone: ""\n', 'fields.Phone.value is no expression'],
    ['fields:\n  Phone: { write: always }\n', 'line 2, column 10: fields.Phone.value is no expression'],
    ['fields:\n  Big: 12345678901234567890', 'fields.Big.value is too large a number'],
    ['fields:\n  First Name: first_name', 'line 2, column 15: fields.First Name is no API name'],
    ['fields:\n  __proto__: email', 'line 2, column 14: fields.__proto__ is no API name'],
    ['__proto__: { module: Leads }\nfields: {}', '__proto__ is no key'],
    ['module: Deals\nfields: {}', 'line 1, column 9: module must be one of: Contacts, Leads'],
    ['trigger: [mail]\nfields: {}', 'line 1, column 11: trigger.0 must be one of'],
    ['module: Leads', 'fields must be a list of keys and values'],
    ['trigger: workflow\nfields: {}', 'trigger must be a list'],
    ['recreate: yes\nfields: {}', 'recreate must be true or false'],
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

  test.each(['otherwise: leave', 'deleted: tag', 'assignment_rule: "1"', 'tags: [a]', 'layout: "1"'])(
    '%s is not passed over in silence',
    (line) => {
      expect(errorOf(`${line}\nfields: {}`).message).toContain(
        `${line.split(':')[0]} is not supported by this version`,
      );
    },
  );

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
