import { z } from 'zod';
import { MODULES } from './builtin-fields.ts';

const NOT_A_MAP = 'must be a list of keys and values';
const NO_EXPRESSION =
  'is no expression; give a name such as email, a JSONata expression, or text in two pairs of quotes: "\'Ory\'"';

/** As Zoho makes API names: Latin letters, digits and underscores, a letter first. */
const apiName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'is no API name of a field');

const trueOrFalse = z.boolean({ error: 'must be true or false' });

/** What exceeds 2^53 has lost digits when we see it: an id of Zoho must be text. */
const number = z
  .number()
  .refine(
    (value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER,
    'is too large a number: write it as text, "\'…\'"',
  );

/** Constants of YAML need no quotes: `true` and `5` are JSONata too. */
const expression = z
  .union([z.string().trim().min(1, NO_EXPRESSION), z.boolean(), number], {
    error: (issue) => (issue.code === 'invalid_union' ? NO_EXPRESSION : undefined),
  })
  .transform(String);

const fieldRule = z.strictObject(
  {
    value: expression,
    write: oneOf('always', 'on-create').default('always'),
    clear: trueOrFalse.default(true),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? NO_EXPRESSION : undefined) },
);

/** `Email: email` is short for `Email: { value: email }`. */
const field = z.preprocess((given) => (typeof given === 'object' ? given : { value: given }), fieldRule);

/** A mapping as its file says it, with all defaults filled in. */
export const mappingSchema = z.strictObject(
  {
    module: oneOf(...MODULES).default('Contacts'),
    when: expression.optional(),
    adopt: oneOf('overwrite', 'fill').default('overwrite'),
    recreate: trueOrFalse.default(true),
    trigger: z
      .array(oneOf('workflow', 'approval', 'blueprint'), { error: 'must be a list, such as [workflow]' })
      .default(['workflow']),
    fields: z.record(apiName, field, {
      error: (issue) => (issue.code === 'invalid_type' ? NOT_A_MAP : undefined),
    }),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? NOT_A_MAP : undefined) },
);

export type Mapping = z.infer<typeof mappingSchema>;

function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `must be one of: ${words.join(', ')}` });
}
