import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../errors.ts';
import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { Json } from '../../model/json.ts';
import { DERIVED_NAMES } from '../derived/derived.ts';
import { compileExpression, isTrue } from './expression.ts';
import type { ExpressionInput } from './expression.ts';

function evaluate(text: string, input: ExpressionInput = {}) {
  return compileExpression(text).evaluate(input);
}

describe('an expression', () => {
  const traits = { name: { first: 'Ann' }, tags: ['a', 'b'], one: ['a'], nothing: null, '': 1 };
  const table: [text: string, value: Json | undefined][] = [
    ['traits.name.first', 'Ann'],
    ['$uppercase(traits.name.first) & "!"', 'ANN!'],
    ['traits.tags', ['a', 'b']],
    ['traits.tags[0]', 'a'],
    ['traits.one[]', ['a']],
    ['traits.missing', undefined],
    ['traits.nothing', null],
    ["'Ory'", 'Ory'],
    ['false', false],
    ['{ "id": traits.missing }', {}],
    ['[traits.missing]', []],
    ['$coalesce(traits.missing, traits.nothing, "", [], traits.name.first, "x")', 'Ann'],
    ['$coalesce(traits.nothing, false, true)', false],
    ['$coalesce(traits.missing)', undefined],
    ['traits.nothing ?? "d"', 'd'],
    ['traits.missing ?? "d"', 'd'],
    ['traits.missing ?? traits.nothing', null],
    ['traits.nothing ?? traits.missing ?? "d"', 'd'],
    ['$uppercase(traits.nothing ?? "d")', 'D'],
    ['traits.{ "a": nothing ?? "d" }', { a: 'd' }],
    ['$map(["nothing", "missing"], function($key) { $lookup(traits, $key) ?? "d" })', ['d', 'd']],
    ['false ?? "d"', false],
    ['"" ?? "d"', ''],
    ['traits.name.first ?? "d"', 'Ann'],
    ['$exists(traits.nothing)', true],
    ['$exists(traits.nothing) ? traits.nothing : "d"', null],
    ['traits.nothing ?: "d"', 'd'],
    ['$toMillis("01.02.2026", "[D01].[M01].[Y0001]")', Date.UTC(2026, 1, 1)],
  ];
  test.each(table)('%s gives %j', async (text, value) => {
    expect(await evaluate(text, { traits })).toEqual({ value });
  });

  test.each([
    ['foo +', 'Unexpected end of expression (at character 5)'],
    ['', 'Unexpected end of expression'],
    ['a b', 'at character 3'],
    ['$now()', '$now is not allowed in mappings'],
    ['traits.x & $string($millis())', '$millis is not allowed in mappings'],
    ['$map([1], $random)', '$random is not allowed in mappings'],
    ['function($x){ $eval($x) }', '$eval is not allowed in mappings'],
    ['traits.tags ~> $shuffle', '$shuffle is not allowed in mappings'],
    ['traits.a[$now() > b]', '$now is not allowed in mappings'],
    ['traits{a: $now()}', '$now is not allowed in mappings'],
    ['traits^($random())', '$random is not allowed in mappings'],
    ['$toMillis(traits.time, "[H]:[m]")', '$toMillis needs the year'],
    ['emial', 'unknown name emial; did you mean email? (at character 5)'],
    ['$lowercase(Email)', 'did you mean email?'],
    ['verified and states = "active"', 'did you mean state?'],
    ['{ "id": plan }', 'unknown name plan; write traits.plan for a trait'],
    ['plan[name = "pro"].id', 'unknown name plan'],
    ['($x := emial; $x)', 'did you mean email?'],
    ['$map(traits.tags, function($tag) { $tag & emial })', 'did you mean email?'],
    ['[traits.a, emial].b', 'did you mean email?'],
    ['identity.traits.email', 'unknown name identity'],
    ['metadata_admin.plan', 'webhooks do not have metadata_admin'],
    ['uppercase(email)', 'unknown function uppercase; did you mean $uppercase?'],
    ['$upper-case(email)', 'unknown function case'],
  ])('%j is refused when it is compiled', (text, message) => {
    expect(() => compileExpression(text)).toThrow(ConfigurationError);
    expect(() => compileExpression(text)).toThrow(message);
  });

  test.each([
    ['($f := function($n){ 1 + $f($n) }; $f(1))', 'recurses too deep'],
    ['($f := function($n){ $f($n) }; $f(1))', 'takes too long'],
    ['$sum([1..9999999])', 'a list that is too long'],
    ['$uppercase', 'does not give text'],
    ['function($x){ $x }', 'does not give text'],
    ['/a/', 'does not give text'],
    ['$error("no plan")', 'no plan'],
    ['$number(traits.secret)', 'JSONata error D3030'],
    ['traits.secret + 1', 'JSONata error T2001 (at character 15)'],
  ])('%s is a problem whose message repeats no value', async (text, problem) => {
    const result = await evaluate(text, { traits: { secret: 's3cret' } });
    expect(result).toEqual({ problem: expect.stringContaining(problem) });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });
});

test.each<[string, string[]]>([
  ['email', ['email']],
  ['traits.name.first', ['traits']],
  ['verified and state = "active"', ['verified', 'state']],
  ['traits.verified', ['traits']],
  ['$$.verified', ['verified']],
  ['$.verified', ['verified']],
  ['verifiable_addresses[via = "email"].value', ['verifiable_addresses', 'via']],
  ['(($x := verified); $x)', ['verified']],
  ['$exists(state) ? email : phone', ['state', 'email', 'phone']],
  ["'verified'", []],
])('%s reads %j', (text, names) => {
  expect([...compileExpression(text).names].sort()).toEqual([...names].sort());
});

const oddKey = fc.constantFrom(
  '__proto__',
  'constructor',
  '_jsonata_function',
  '_jsonata_lambda',
  'sequence',
  'first',
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, 0, '', ' ', 'Ann'),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(oddKey, fc.string()), tie('json')), { maxLength: 3 })
      .map(Object.fromEntries<Json>),
  ),
}));

test('a single name gives the same as JSONata', async () => {
  const name = fc.constantFrom(...IDENTITY_KEYS, ...DERIVED_NAMES);
  await fc.assert(
    fc.asyncProperty(name, fc.option(json, { nil: undefined }), async (name, value) => {
      const slow: unknown = await jsonata(name).evaluate({ [name]: value });
      expect(await evaluate(name, { [name]: value })).toEqual({ value: slow });
    }),
  );
});

test('the same values are true as in JSONata', async () => {
  const cast = jsonata('$boolean(x)');
  await fc.assert(
    fc.asyncProperty(json, async (x) => {
      fc.pre(!JSON.stringify(x).includes('_jsonata_'));
      const expected: unknown = await cast.evaluate({ x });
      expect(isTrue(x)).toBe(expected);
    }),
  );
});
