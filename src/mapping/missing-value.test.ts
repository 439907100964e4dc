import { describe, expect, test } from 'vitest';
import { compileExpression, isTrue } from './expression.ts';
import { missingTraps } from './missing-value.ts';

const traps = (text: string) => missingTraps(text).map(({ operator, path }) => `${operator} ${path}`);

describe('A missing value makes false', () => {
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
  ])('not %s', (text) => {
    expect(traps(text)).toEqual([]);
  });

  test('as JSONata has it', async () => {
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
