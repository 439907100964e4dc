import { describe, expect, test } from 'vitest';
import { compileExpression, isTrue } from './expression.ts';
import { missingTraps } from './missing-value.ts';

const traps = (text: string) => missingTraps(text).map(({ operator, path }) => `${operator} ${path}`);

describe('A missing value makes it false', () => {
  test.each([
    ['traits.plan != "free"', ['!= traits.plan']],
    ['"free" != traits.plan', ['!= traits.plan']],
    ['verified and traits.plan != "free"', ['!= traits.plan']],
    ['(traits.a != 1) or (traits.a != 1)', ['!= traits.a']],
    ['$lowercase(traits.plan) != "free"', ['!= traits.plan']],
    ['(traits.plan) != "free"', ['!= traits.plan']],
    ['$not(traits.blocked)', ['$not traits.blocked']],
    ['$not($boolean(traits.blocked))', ['$not traits.blocked']],
    ['phone != ""', ['!= phone']],
    ['traits.list[kind != 1]', []],
    ["traits.`news-letter` != 'no'", ['!= traits.`news-letter`']],
    ["traits.'news letter' != 'no'", ['!= traits.`news letter`']],
    ['$not(traits.`opt-out`)', ['$not traits.`opt-out`']],
    ['($p := traits.plan; $p != "free")', ['!= traits.plan']],
    ['($p := $lowercase(traits.plan); $q := $p; $q != "free")', ['!= traits.plan']],
    ['($t := traits; $t.plan != "free")', ['!= traits.plan']],
    ['($p := traits.plan; $not($p))', ['$not traits.plan']],
    ['($p := traits.a; $p := traits.b; $p != 1)', ['!= traits.b']],
    ['($p := traits.a; ($p := traits.b; $p) = 1 and $p != 1)', ['!= traits.a']],
    ['traits.plan.$lowercase($) != "free"', ['!= traits.plan']],
    ['traits.plan.$trim().$lowercase() != "free"', ['!= traits.plan']],
    ['traits.plan ~> $lowercase != "free"', ['!= traits.plan']],
    ['(traits.plan ~> $replace("a", "b")) != "free"', ['!= traits.plan']],
    ['$$.traits.plan != "free"', ['!= traits.plan']],
    ['$.traits.plan != "free"', ['!= traits.plan']],
    ['traits.list[0] != 1', ['!= traits.list']],
    ['traits.plan[0].name != 1', ['!= traits.plan']],
    ['traits.age + 1 != 2', ['!= traits.age']],
    ['-traits.age != 2', ['!= traits.age']],
    ['$lookup(traits, "plan") != "free"', ['!= traits.plan']],
    ['$not(traits.age > 18)', ['$not traits.age']],
    ['traits.blocked ~> $not()', ['$not traits.blocked']],
    ['$type(traits.plan) != "string"', ['!= traits.plan']],
    ['traits.(plan != "free")', ['!= traits.plan']],
    ['traits.plan.($ != "free")', ['!= traits.plan']],
    ['traits[plan != "free"].plan = "paid"', ['!= traits.plan']],
    ['(traits.a ? traits.b : traits.c) != 1', ['!= traits.b', '!= traits.c']],
    ['(traits.a ? traits.b : 0) != 1', ['!= traits.b']],
    ['$count($filter(traits.list, function($one) { $one.kind != 1 })) > 0', []],
  ])('%s', (text, expected) => {
    expect(traps(text)).toEqual(expected);
  });

  test.each([
    '$not(traits.plan = "free")',
    '$not(traits.blocked = true)',
    '$coalesce(traits.plan, "") != "free"',
    '(traits.plan ?? "") != "free"',
    'verified != true',
    '$not($exists(traits.plan))',
    'traits.blocked ? false : true',
    'traits.plan = "free"',
    '($p := traits.plan; $p = "free")',
    '($p := $coalesce(traits.plan, ""); $p != "free")',
    '($p := traits.plan ?? ""; $p != "free")',
    '($t := "a"; $t != "free")',
    'traits.plan & "" != "free"',
    '[traits.plan] != ["free"]',
    '$string(traits.plan ?? "") != "free"',
    '$count(traits.list) != 0',
    '(traits.plan ? traits.plan : "free") != "free"',
    '($exists(traits.plan) ? $lowercase(traits.plan) : "free") != "free"',
    '($f := function($x) { $x ?? "" }; $f(traits.plan) != "free")',
    'traits.list.(kind != 1)',
    'traits.*.plan != 1',
    '(traits.plan in ["free"]) != true',
    '$map(traits.list, function($one) { $one != 1 })',
    '$not(traits.a and traits.b)',
  ])('not %s', (text) => {
    expect(traps(text)).toEqual([]);
  });

  test('JSONata gives these results', async () => {
    const on = async (text: string) => {
      const result = await compileExpression(text).evaluate({ traits: {} });
      return 'value' in result && isTrue(result.value);
    };
    expect(await on('traits.plan != "free"')).toBe(false);
    expect(await on('$not(traits.blocked)')).toBe(false);
    expect(await on('$not(traits.plan = "free")')).toBe(true);
    expect(await on('$not(traits.blocked = true)')).toBe(true);
  });
});
