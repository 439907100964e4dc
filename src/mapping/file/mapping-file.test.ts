import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVERYTHING, WRONG_FORM, WRONG_SENSE, WRONG_YAML } from '../../../test/fixtures/mappings.ts';
import { ConfigurationError } from '../../errors.ts';
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

test('a mapping may use every key', () => {
  expect(parseMapping(EVERYTHING, 'm.yaml')).toEqual({
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

describe('a wrong mapping is refused with the place and the key', () => {
  test.each([...WRONG_FORM, ...WRONG_SENSE, ...WRONG_YAML])('%j', (text, message) => {
    const error = errorOf(text);
    expect(error.message).toContain('m.yaml');
    expect(error.message).toContain(message);
    expect(error).toMatchObject({
      code: 'bad_mapping',
      exitCode: 2,
      hint: expect.stringContaining('mapping check'),
    });
  });

  test('all faults are reported at once, from top to bottom', () => {
    const faults = errorOf('fields: { c d: x }\na: 1\nmodule: Deals').message.split('\n').slice(1);
    expect(faults.map((fault) => fault.trim().split(',')[0])).toEqual(['line 1', 'line 2', 'line 3']);
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

test('a missing file is an error with its name', async () => {
  await expect(loadMapping('/no/such.yaml')).rejects.toMatchObject({
    code: 'mapping_unreadable',
    message: expect.stringContaining('/no/such.yaml'),
    exitCode: 2,
  });
});

test('without a path, the mapping is the built-in one', async () => {
  const { module, fields } = await loadMapping(undefined);
  expect(module).toBe('Contacts');
  expect(Object.keys(fields)).toEqual(['Email', 'First_Name', 'Last_Name', 'Phone']);
});
