/** The sandbox answers as the real Zoho answered others: the same keys, types, status, headers and words. */
import { expect, it } from 'vitest';
import type { Recording } from '../fixtures/zoho/recorded.ts';
import { recordings } from '../fixtures/zoho/recorded.ts';
import { replay } from './zoho-replays.ts';
import { differences, shapeOf } from './zoho-shape.ts';

/** Answers that the sandbox cannot be brought to give, and why. The product's tests have them all. */
const NOT_GIVEN: Readonly<Record<string, string>> = {
  'unknown value of another key, v8 sample': 'apply_feature_execution is ignored; ory-zoho never sends it',
  'mandatory by a layout rule, of a matched record, v8 sample': 'there are no layout rules',
  'dependent field missing, v8 sample': 'there are no dependent fields',
  'service behind Zoho, v8 sample': 'there are no services behind the sandbox',
  'modified meanwhile, v8 sample': 'ory-zoho never sends If-Unmodified-Since',
  'profile without the API': "the sandbox's user may do everything",
  'profile without the module, v8 sample': "the sandbox's user may do everything",
  'missing privilege as one item, v8 sample': "the sandbox's user may do everything",
  'unknown module as one item, v8 sample': 'a recorded answer of v6 is the bare error',
  'module without the API': 'every module but Contacts and Leads is unknown',
  'too many requests with a wait, v8 sample': 'nobody has seen this body',
  'token, older form with milliseconds': 'Zoho gave it until about 2019',
  'general error': 'Zoho does not say when it comes',
};

interface Difference {
  /** As `differences` writes it. */
  readonly line: RegExp;
  readonly in: RegExp;
  readonly why: string;
}

const DIFFERENCES: readonly Difference[] = [
  {
    line: /^\$\.data\[\d\]\.duplicate_field: null, not "Email"$/,
    in: /^(upsert that updates and inserts|mixed upsert), v8 sample$/,
    why: 'null for what was inserted: recorded so, in v2 and v6. Only the newest sample names a field',
  },
  {
    line: /^\+ \$\.data\[\d\]\.details\.\$approval_state: string$/,
    in: /^(upsert that updates and inserts|mixed upsert), v8 sample$/,
    why: 'the newest sample of a change has it (Update Records), that of an upsert does not',
  },
  {
    line: /^\+ .*\.duplicate_record\.module(\.api_name: "Contacts"|\.id: string|: object)$/,
    in: /^duplicate, v8 sample$/,
    why: 'one of two samples has the module, the other does not',
  },
  {
    line: /\.duplicate_record\.module\.api_name: "Contacts", not "Leads"$/,
    in: /^two duplicates, v8 sample$/,
    why: 'the sample is of Leads',
  },
  {
    line: /^\+ \$\.data\[0\]\.details\.errors\[\d\]\.details\.id: string$/,
    in: /^two duplicates, v8 sample$/,
    why: 'one of two samples has the id beside duplicate_record, the other does not',
  },
  {
    line: /^- \$\.(data|users|org|fields)\[\]\./,
    in: /^(contact|users|org.*|fields.*)$/,
    why: 'Zoho has more keys. The sandbox has those that its official files require, and those that are read',
  },
  {
    line: /^\+ \$\.(org|fields)\[\]\.[\w.]+(: \w+)?$/,
    in: /^(org|fields).* sample$/,
    why: 'keys of other versions: the official file of v8 has them',
  },
  {
    line: /^\$\.fields\[\]\.api_name: /,
    in: /^fields/,
    why: 'it is the list of another org',
  },
];

const ALL = (['writes', 'calls', 'reads', 'tokens', 'fields'] as const).flatMap((file) => recordings(file));

/** Lines that say how the sandbox's answer differs from this one. */
async function differing({ answer, ...recorded }: Recording): Promise<readonly string[]> {
  const given = await replay({ answer, ...recorded });
  // Most were published without their headers.
  const known = Object.keys(answer.headers).length > 0;
  const shape = ({ headers, ...rest }: Pick<typeof given, 'status' | 'headers' | 'json'>) =>
    shapeOf({ ...rest, ...(known && { headers }) });
  return differences(shape({ ...answer, json: answer.body }), shape(given));
}

it.each(ALL.filter(({ name }) => !(name in NOT_GIVEN)))('$name', async (recorded) => {
  const explained = DIFFERENCES.filter((difference) => difference.in.test(recorded.name));
  const lines = await differing(recorded);
  expect(lines.filter((line) => !explained.some((difference) => difference.line.test(line)))).toEqual([]);
  for (const { line, why } of explained.filter((difference) => difference.in.source.endsWith('v8 sample$'))) {
    expect(
      lines.some((found) => line.test(found)),
      `it no longer differs in that ${why}`,
    ).toBe(true);
  }
});

it.each(Object.keys(NOT_GIVEN))('is not given: %s', async (name) => {
  const recorded = ALL.find((each) => each.name === name);
  if (recorded === undefined) throw new Error('it was never recorded');
  expect(await differing(recorded)).not.toEqual([]);
});
