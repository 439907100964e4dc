import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtinFields } from '../../src/mapping/file/builtin-fields.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { DEFAULT_MAPPING } from '../../src/mapping/file/default-mapping.ts';
import type { MappedField } from '../../src/mapping/mapped.ts';
import { parseMapping } from '../../src/mapping/file/mapping-file.ts';
import { mappingSchema } from '../../src/mapping/file/mapping-schema.ts';
import { parseIdentity } from '../../src/ory/identity/identity.ts';

const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8');

const value = z.record(z.string(), z.json());
const example = z.strictObject({
  identity: z.record(z.string(), z.json()),
  when: z.boolean().optional(),
  fields: value.optional(),
  otherwise: value.optional(),
});
const examples = z.union([z.array(example), example.transform((one) => [one])]);

interface Block {
  readonly mapping: string;
  readonly examples: z.infer<typeof examples>;
}

const blocks: Block[] = [...page.matchAll(/```yaml\n(.*?)```(?:\n```json\n(.*?)```)?/gs)].map(
  ([, mapping = '', json]) => ({
    mapping,
    examples: json === undefined ? [] : examples.parse(JSON.parse(json)),
  }),
);

const valuesOf = (fields: ReadonlyMap<string, MappedField>) =>
  Object.fromEntries([...fields].map(([name, field]) => [name, field.value]));

describe('docs/mapping.md', () => {
  test.each(blocks)('gives the documented result: $mapping', async ({ mapping, examples: given }) => {
    const parsed = parseMapping(mapping, 'docs/mapping.md');
    const compiled = compileMapping(parsed);
    for (const one of given) {
      const identity = parseIdentity({
        id: '0f1c2d3e-0000-4000-8000-000000000001',
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:00Z',
        ...one.identity,
      });
      if (identity === undefined) throw new Error('no identity');
      const mapped = await compiled.evaluate(identity, builtinFields(parsed.module));
      expect(mapped.problems).toBeUndefined();
      expect(mapped.when).toBe(one.when ?? true);
      expect(valuesOf(mapped.fields)).toMatchObject(one.fields ?? {});
      expect(valuesOf(mapped.otherwise)).toEqual(one.otherwise ?? {});
    }
  });

  test('shows the built-in mapping', () => {
    expect(blocks[0]?.mapping).toBe(DEFAULT_MAPPING);
  });

  test('has an example of every key', () => {
    const shown = new Set(blocks.flatMap(({ mapping }) => mapping.match(/^\w+(?=:)/gm) ?? []));
    expect([...shown].toSorted()).toEqual(Object.keys(mappingSchema.shape).toSorted());
  });

  test('has the right number of files in examples/', () => {
    expect(readdirSync(new URL('../../examples/', import.meta.url))).toHaveLength(7);
  });
});
