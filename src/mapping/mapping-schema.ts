import { z } from 'zod';
import { MODULES } from './builtin-fields.ts';

const NOT_A_MAP = 'must be a list of keys and values';
const NO_EXPRESSION =
  'is no expression; give a name such as email, a JSONata expression, or text in two pairs of quotes: "\'Ory\'"';
const TOO_LARGE = 'is too large a number: write it as text, "\'…\'"';
const NO_ID = 'is no id of Zoho: give its digits in quotes, since a number of YAML loses some of so many';

/** As Zoho makes API names: Latin letters, digits and underscores, a letter first. */
const apiName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'is no API name of a field');

const trueOrFalse = z.boolean({ error: 'must be true or false' });

/** What exceeds 2^53 has lost digits when we see it: an id of Zoho must be text. */
const number = z.number().min(Number.MIN_SAFE_INTEGER, TOO_LARGE).max(Number.MAX_SAFE_INTEGER, TOO_LARGE);

/** Constants of YAML need no quotes: `true` and `5` are JSONata too. */
const expression = z
  .union([z.string().trim().min(1, NO_EXPRESSION), z.boolean(), number], { error: NO_EXPRESSION })
  .transform(String);

const fieldRule = z.strictObject({
  value: expression,
  write: oneOf('always', 'on-create').default('always'),
  clear: trueOrFalse.default(true),
});

/** `Email: email` is short for `Email: { value: email }`. */
const field = z.union(
  [expression.transform((value) => ({ value, write: 'always' as const, clear: true })), fieldRule],
  {
    error: NO_EXPRESSION,
  },
);

/** Written once, when `when` turns false: when to write and clear it is no question. */
const setRule = z.strictObject({ value: expression });
const setField = z.union([expression.transform((value) => ({ value })), setRule], { error: NO_EXPRESSION });

const otherwise = z.union(
  [oneOf('leave', 'tag', 'delete'), z.strictObject({ set: z.record(apiName, setField, NOT_A_MAP) })],
  { error: 'must be one of: leave, tag, delete, { set: { Field: expression } }' },
);

const zohoId = z.string(NO_ID).regex(/^\d+$/, NO_ID);

/** Zoho takes names of up to 25 characters (Zoho CRM API, "Create Tags"); its API v2 parts them by commas. */
const tag = z
  .string('is no text: put it in quotes')
  .trim()
  .min(1, 'is empty')
  .max(25, 'is longer than the 25 characters Zoho takes')
  .regex(/^[^,]*$/, 'has a comma, which parts tags from each other');

/** A mapping as its file says it, with all defaults filled in. */
export const mappingSchema = z
  .strictObject(
    {
      module: oneOf(...MODULES).default('Contacts'),
      when: expression.optional(),
      otherwise: otherwise.default('leave'),
      deleted: oneOf('leave', 'tag', 'delete').default('leave'),
      adopt: oneOf('overwrite', 'fill').default('overwrite'),
      recreate: trueOrFalse.default(true),
      trigger: z
        .array(oneOf('workflow', 'approval', 'blueprint'), 'must be a list, such as [workflow]')
        .default(['workflow']),
      assignment_rule: zohoId.optional(),
      layout: zohoId.optional(),
      // Zoho CRM help, "Tagging records": a record takes 10 tags.
      tags: z
        .array(tag, 'must be a list, such as [Ory]')
        .max(10, 'has more tags than a record takes: 10')
        .default([]),
      fields: z.record(apiName, field, NOT_A_MAP),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? NOT_A_MAP : undefined) },
  )
  .check(keysAgree);

export type Mapping = z.infer<typeof mappingSchema>;

/** What no key says by itself. */
function keysAgree({ value: mapping, issues }: z.core.ParsePayload<Agreeing>): void {
  const fault = (path: string[], message: string) =>
    issues.push({ code: 'custom', input: mapping, path, message });

  if (mapping.when === undefined && mapping.otherwise !== 'leave') {
    fault(['otherwise'], 'says what becomes of those whom `when` excludes, and there is no `when`');
  }
  if (typeof mapping.otherwise === 'object') {
    const { set } = mapping.otherwise;
    if (Object.keys(set).length === 0) fault(['otherwise', 'set'], 'names no field');
    for (const key of ['Email', 'Last_Name']) {
      if (Object.hasOwn(set, key)) {
        fault(['otherwise', 'set', key], 'cannot be set: the contact would no longer be the person');
      }
    }
  }
  if (mapping.layout !== undefined && Object.hasOwn(mapping.fields, 'Layout')) {
    fault(['fields', 'Layout'], 'is what `layout` sets: take one of them out');
  }
}

interface Agreeing {
  readonly when?: string | undefined;
  readonly otherwise: 'leave' | 'tag' | 'delete' | { readonly set: object };
  readonly layout?: string | undefined;
  readonly fields: object;
}

function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `must be one of: ${words.join(', ')}` });
}
