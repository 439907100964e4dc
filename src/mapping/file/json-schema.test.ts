import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { RIGHT, WRONG_FORM, WRONG_SENSE } from '../../../test/fixtures/mappings.ts';
import { DEFAULT_MAPPING } from './default-mapping.ts';
import { parseMapping } from './mapping-file.ts';
import { mappingSchema } from './mapping-schema.ts';

// The YAML extensions of editors understand draft 7.
const schema = {
  title: 'Mapping of ory-zoho',
  ...z.toJSONSchema(mappingSchema, { io: 'input', target: 'draft-7' }),
};

test('schema/ory-zoho.mapping.schema.json is up to date (after a change: vitest run src/mapping/file/json-schema.test.ts -u)', async () => {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../../schema/ory-zoho.mapping.schema.json');
});

describe('the JSON Schema', () => {
  const accepts = new Ajv().compile(schema);

  test.each([DEFAULT_MAPPING, ...RIGHT])('accepts a right mapping: %j', (yaml) => {
    expect(() => parseMapping(yaml, 'm.yaml')).not.toThrow();
    expect(accepts(parse(yaml))).toBe(true);
  });

  test.each(WRONG_FORM)('refuses a wrong form: %j', (yaml) => {
    expect(accepts(parse(yaml))).toBe(false);
  });

  test.each(WRONG_SENSE)('accepts faults that only ory-zoho can find: %j', (yaml) => {
    expect(accepts(parse(yaml))).toBe(true);
  });

  test('describes each key', () => {
    const keys = Object.entries(schema.properties ?? {});
    expect(keys.filter(([, key]) => typeof key === 'boolean' || !key.description)).toEqual([]);
  });
});
