import { z } from 'zod';
import { ADOPT_POLICIES, POLICIES } from '../../model/policy.ts';
import type { WriteRule } from '../mapped.ts';
import { WRITE_RULES } from '../mapped.ts';
import { MODULES } from './builtin-fields.ts';
import { readExpression } from '../expression/expression.ts';
import { apiNameFault } from './field-name.ts';
import { keysAgree } from './keys-agree.ts';
import { suggestion } from '../expression/nearest-word.ts';

const NOT_A_MAP = 'must be a map of keys and values';
const NO_EXPRESSION =
  'is not an expression; write a name such as email, a JSONata expression, or text in two pairs of quotes: "\'Ory\'"';
const TOO_LARGE = 'is too large for a number; write it as text, "\'…\'"';
const NO_ID = 'is not a Zoho id; write its digits in quotes, because YAML rounds a number of this length';

const apiName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: ({ input }) => apiNameFault(String(input)) });

const trueOrFalse = z.boolean({
  error: ({ input }) => `must be true or false${suggestion(input, ['true', 'false'])}`,
});

/** A number above 2^53 has already lost digits, so a Zoho id must be text. */
const number = z.number().min(Number.MIN_SAFE_INTEGER, TOO_LARGE).max(Number.MAX_SAFE_INTEGER, TOO_LARGE);

/** Constants in YAML need no quotes, because `true` and `5` are JSONata too. */
const constantOrText = z
  .union([z.string().trim().regex(/\S/, NO_EXPRESSION), z.boolean(), number], { error: NO_EXPRESSION })
  .transform(String);

const expression = constantOrText
  .superRefine(compiles())
  .describe(
    'A JSONata expression over the identity (traits, state, …) and email, first_name, last_name, full_name, phone, verified, signed_in_at. A constant text needs two pairs of quotes: "\'Ory\'".',
  );

/** With `signed_in_at`, every event except a login would count as unknown. */
const when = constantOrText
  .superRefine(
    compiles((names) =>
      names.has('signed_in_at') ? 'uses signed_in_at, which only logins have' : undefined,
    ),
  )
  .describe('A JSONata expression that is true for the identities to sync. Without it, all are synced.');

/** The schema's note for each rule. Null if the name of the rule is clear. */
const WRITE_RULE_NOTES: { readonly [Rule in WriteRule]: string | null } = {
  always: null,
  'on-create': 'written when the contact is created, left alone afterwards',
};

const fieldRule = z.strictObject({
  value: expression,
  write: oneOf(...WRITE_RULES)
    .default('always')
    .describe(writeRules()),
  clear: trueOrFalse
    .default(true)
    .describe('Whether the field is cleared in Zoho when the identity no longer has the value that was sent'),
});

/** `Email: email` is short for `Email: { value: email }`. */
const field = z.union(
  [expression.transform((value) => ({ value, write: 'always' as const, clear: true })), fieldRule],
  { error: NO_EXPRESSION },
);

/** Written once, when `when` becomes false, so it needs no `write` and `clear`. */
const setRule = z.strictObject({ value: expression });
const setField = z.union([expression.transform((value) => ({ value })), setRule], { error: NO_EXPRESSION });

const policy = oneOf(...POLICIES);
const set = z.strictObject({ set: z.record(apiName, setField, NOT_A_MAP) });
const otherwise = z.union([policy, set], {
  error: ({ input }) =>
    `must be one of: ${POLICIES.join(', ')}, { set: { Field: expression } }${suggestion(input, policy.options)}`,
});

const zohoId = z.string(NO_ID).regex(/^\d+$/, NO_ID);

/**
 * Zoho takes names of up to 25 characters (Zoho CRM API, "Create Tags"). Its API v2 separates them by commas.
 */
const tag = z
  .string('is not text; put it in quotes')
  .trim()
  .regex(/\S/, 'is empty')
  .max(25, 'is longer than the 25 characters that Zoho allows')
  .regex(/^[^,]*$/, 'has a comma, which separates tags')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'has a line break or another control character');

/** A mapping as in its file, with all defaults filled in. */
export const mappingSchema = z
  .strictObject(
    {
      module: oneOf(...MODULES)
        .default('Contacts')
        .describe('The module of Zoho CRM whose records belong to identities'),
      when: when.optional(),
      otherwise: otherwise
        .default('leave')
        .describe('What happens to the contact when `when` becomes false for an identity that was synced'),
      deleted: policy
        .default('leave')
        .describe('What happens to the contact when its identity is deleted in Ory'),
      adopt: oneOf(...ADOPT_POLICIES)
        .default('overwrite')
        .describe(
          'What happens to a contact with the same email that ory-zoho did not make: overwrite its fields, or fill the empty ones',
        ),
      adopt_unverified: trueOrFalse
        .optional()
        .describe(
          'Whether an identity whose email Ory has not verified may adopt a contact that ory-zoho did not make; the default is true',
        ),
      recreate: trueOrFalse
        .default(true)
        .describe("Whether a contact that was deleted in Zoho is made again at the identity's next change"),
      trigger: z
        .array(oneOf('workflow', 'approval', 'blueprint'), 'must be a list, such as [workflow]')
        .default(['workflow'])
        .describe("Zoho's automations that run for sign-ups and changes"),
      assignment_rule: zohoId.optional().describe('Id of the assignment rule for new contacts, in quotes'),
      layout: zohoId.optional().describe('Id of the layout of new contacts, in quotes'),
      // Zoho CRM help, "Tagging records": a record takes 10 tags.
      tags: z
        .array(tag, 'must be a list, such as [Ory]')
        .max(10, 'has more than 10 tags, the most that a record takes')
        .default([])
        .describe('Tags that each contact gets'),
      fields: z
        .record(apiName, field, NOT_A_MAP)
        .describe('The fields of the contact by API name, with the expressions for their values'),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? NOT_A_MAP : undefined) },
  )
  .check(keysAgree);

export type Mapping = z.infer<typeof mappingSchema>;

/** The keys that are possible at a place of the file. Empty if the keys there are names of fields. */
export function keysAt([first, second, third]: readonly PropertyKey[]): readonly string[] {
  if (first === undefined) return Object.keys(mappingSchema.shape);
  if (first === 'fields') return second === undefined ? [] : Object.keys(fieldRule.shape);
  if (second === undefined) return Object.keys(set.shape);
  return third === undefined ? [] : Object.keys(setRule.shape);
}

function writeRules(): string {
  const notes = WRITE_RULES.map((rule) => [rule, WRITE_RULE_NOTES[rule]] as const);
  return notes.flatMap(([rule, note]) => (note === null ? [] : [`${rule}: ${note}`])).join('; ');
}

function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, {
    error: ({ input }) => `must be one of: ${words.join(', ')}${suggestion(input, words)}`,
  });
}

/** @param unfit why names that the expression reads are not allowed at its place */
function compiles(unfit: (names: ReadonlySet<string>) => string | undefined = () => undefined) {
  return (text: string, context: z.RefinementCtx): void => {
    const read = readExpression(text);
    const fault = 'fault' in read ? `is wrong: ${read.fault}` : unfit(read.names);
    if (fault !== undefined) context.addIssue(fault);
  };
}
