import { z } from 'zod';
import { ADOPT_POLICIES, POLICIES } from '../../model/policy.ts';
import type { WriteRule } from '../mapped.ts';
import { WRITE_RULES } from '../mapped.ts';
import { MODULES } from './builtin-fields.ts';
import { readExpression } from '../expression/expression.ts';
import { apiNameFault } from './field-name.ts';
import { keysAgree } from './keys-agree.ts';
import { suggestion } from '../expression/nearest-word.ts';

const NOT_A_MAP = 'must be a list of keys and values';
const NO_EXPRESSION =
  'is no expression; give a name such as email, a JSONata expression, or text in two pairs of quotes: "\'Ory\'"';
const TOO_LARGE = 'is too large a number: write it as text, "\'…\'"';
const NO_ID = 'is no id of Zoho: give its digits in quotes, since a number of YAML loses some of so many';

const apiName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: ({ input }) => apiNameFault(String(input)) });

const trueOrFalse = z.boolean({
  error: ({ input }) => `must be true or false${suggestion(input, ['true', 'false'])}`,
});

/** What exceeds 2^53 has lost digits when we see it: an id of Zoho must be text. */
const number = z.number().min(Number.MIN_SAFE_INTEGER, TOO_LARGE).max(Number.MAX_SAFE_INTEGER, TOO_LARGE);

/** Constants of YAML need no quotes: `true` and `5` are JSONata too. */
const constantOrText = z
  .union([z.string().trim().regex(/\S/, NO_EXPRESSION), z.boolean(), number], { error: NO_EXPRESSION })
  .transform(String);

const expression = constantOrText
  .superRefine(compiles())
  .describe(
    'A JSONata expression over the identity (traits, state, …) and email, first_name, last_name, full_name, phone, verified, signed_in_at. A constant text needs two pairs of quotes: "\'Ory\'".',
  );

/** By `signed_in_at`, every event but a login would count as unknown. */
const when = constantOrText
  .superRefine(
    compiles((names) =>
      names.has('signed_in_at') ? 'asks for signed_in_at, which only logins tell' : undefined,
    ),
  )
  .describe('Who is synced: a JSONata expression that is true for them. Without it: everyone.');

/** What the schema says of each rule; null: its word says it all. */
const WRITE_RULE_NOTES: { readonly [Rule in WriteRule]: string | null } = {
  always: null,
  'on-create': 'written when the contact is created, left alone afterwards',
};

const fieldRule = z.strictObject({
  value: expression,
  write: oneOf(...WRITE_RULES)
    .default('always')
    .describe(writeRules()),
  clear: trueOrFalse.default(true).describe('A value that was sent and is gone is cleared in Zoho'),
});

/** `Email: email` is short for `Email: { value: email }`. */
const field = z.union(
  [expression.transform((value) => ({ value, write: 'always' as const, clear: true })), fieldRule],
  { error: NO_EXPRESSION },
);

/** Written once, when `when` turns false: when to write and clear it is no question. */
const setRule = z.strictObject({ value: expression });
const setField = z.union([expression.transform((value) => ({ value })), setRule], { error: NO_EXPRESSION });

const policy = oneOf(...POLICIES);
const set = z.strictObject({ set: z.record(apiName, setField, NOT_A_MAP) });
const otherwise = z.union([policy, set], {
  error: ({ input }) =>
    `must be one of: ${POLICIES.join(', ')}, { set: { Field: expression } }${suggestion(input, policy.options)}`,
});

const zohoId = z.string(NO_ID).regex(/^\d+$/, NO_ID);

/** Zoho takes names of up to 25 characters (Zoho CRM API, "Create Tags"); its API v2 parts them by commas. */
const tag = z
  .string('is no text: put it in quotes')
  .trim()
  .regex(/\S/, 'is empty')
  .max(25, 'is longer than the 25 characters Zoho takes')
  .regex(/^[^,]*$/, 'has a comma, which parts tags from each other')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'has a line break or another control character');

/** A mapping as its file says it, with all defaults filled in. */
export const mappingSchema = z
  .strictObject(
    {
      module: oneOf(...MODULES)
        .default('Contacts')
        .describe('The module of Zoho CRM that identities go to'),
      when: when.optional(),
      otherwise: otherwise
        .default('leave')
        .describe('What becomes of the contact when `when` turns false for an identity that was synced'),
      deleted: policy
        .default('leave')
        .describe('What becomes of the contact when its identity is deleted in Ory'),
      adopt: oneOf(...ADOPT_POLICIES)
        .default('overwrite')
        .describe(
          'A contact with the same email that ory-zoho did not make: overwrite its fields, or fill the empty ones',
        ),
      adopt_unverified: trueOrFalse
        .optional()
        .describe(
          'Whether an identity whose email Ory has not verified may take over a contact that ory-zoho did not make; true without this line',
        ),
      recreate: trueOrFalse
        .default(true)
        .describe("A contact that was deleted in Zoho comes back with the identity's next change"),
      trigger: z
        .array(oneOf('workflow', 'approval', 'blueprint'), 'must be a list, such as [workflow]')
        .default(['workflow'])
        .describe("Zoho's automations that run for sign-ups and changes"),
      assignment_rule: zohoId.optional().describe('Id of the assignment rule for new contacts, in quotes'),
      layout: zohoId.optional().describe('Id of the layout of new contacts, in quotes'),
      // Zoho CRM help, "Tagging records": a record takes 10 tags.
      tags: z
        .array(tag, 'must be a list, such as [Ory]')
        .max(10, 'has more tags than a record takes: 10')
        .default([])
        .describe('Tags that each contact gets'),
      fields: z
        .record(apiName, field, NOT_A_MAP)
        .describe('The fields of the contact by API name, and the expressions that make their values'),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? NOT_A_MAP : undefined) },
  )
  .check(keysAgree);

export type Mapping = z.infer<typeof mappingSchema>;

/** The keys there are at a place of the file; empty where keys are the names of fields. */
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

/** @param unfit why names that the expression reads are not for its place */
function compiles(unfit: (names: ReadonlySet<string>) => string | undefined = () => undefined) {
  return (text: string, context: z.RefinementCtx): void => {
    const read = readExpression(text);
    const fault = 'fault' in read ? `is wrong: ${read.fault}` : unfit(read.names);
    if (fault !== undefined) context.addIssue(fault);
  };
}
