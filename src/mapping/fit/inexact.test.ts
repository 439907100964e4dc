import { describe, expect, test } from 'vitest';
import { builtinFields } from '../file/builtin-fields.ts';
import { compileMapping } from '../compile.ts';
import { hasInexact, neighbours } from './inexact.ts';
import { parseMapping } from '../file/mapping-file.ts';

/** The number as read from JSON, without its last digit. */
const read = (digits: string): number => Number(digits);

async function title(expression: string, traits: object) {
  const yaml = `fields:\n  Email: email\n  Last_Name: last_name\n  Title: ${JSON.stringify(expression)}\n`;
  const mapping = compileMapping(parseMapping(yaml, 'm.yaml'));
  const json = JSON.parse(JSON.stringify({ email: 'n@example.org', ...traits }));
  const identity = {
    id: '9f425a8d-7efc-4768-8f23-7647a74fdf13',
    traits: json,
    updated_at: '2026-01-02T03:04:05Z',
  };
  const { fields, problems } = await mapping.evaluate(identity, builtinFields('Contacts'));
  const problem = problems?.find(({ field }) => field === 'Title')?.message;
  return problem ?? fields.get('Title')?.value;
}

describe('A whole number beyond 2^53', () => {
  test.each([
    "'K-' & traits.n",
    '$string(traits.n)',
    "traits.n & ''",
    '$string([traits.n])',
    "$string({ 'a': traits.n })",
    "$formatNumber(traits.n, '0')",
    "$formatNumber(traits.n, '#,##0')",
    '$formatInteger(traits.n, "w")',
    '$formatBase(traits.n, 16)',
    '$string(traits.n + 1)',
    '$string(traits.n - 9007199254740000)',
    '$string(traits.n % 10)',
    "$join([$string(traits.n), 'x'], '-')",
    '$substring($string(traits.n), 12)',
    "$replace($string(traits.n), '9', 'X')",
    '$string(traits)',
    '$uppercase("k" & traits.list[0].n)',
    "traits.n % 4 = 0 ? 'gold' : 'silver'",
    'phone & ""',
  ])('leaves out the field that %s makes from it', async (expression) => {
    const n = read('9007199254740993');
    for (const traits of [
      { n, phone: n, list: [{ n }] },
      { n: -n, phone: n, list: [{ n: -n }] },
    ]) {
      expect(await title(expression, traits)).toMatch(/a whole number beyond 2\^53/);
    }
  });

  test.each(['1e21', '1.5e21', '123456789012345678901', '1e300'])(
    'leaves out the field as %s too',
    async (digits) => {
      const n = read(digits);
      expect(await title('$string(traits.n)', { n })).toMatch(/beyond 2\^53/);
      expect(await title("'K-' & traits.n", { n })).toMatch(/beyond 2\^53/);
    },
  );

  test.each([
    ["traits.n > 5 ? 'big' : 'small'", 'big'],
    ['$string($round(traits.n / 1000000000))', '9007199'],
    ['$substring($string(traits.n), 0, 4)', '9007'],
    ['$string($exists(traits.n))', 'true'],
    ['traits.text', '9007199254740992'],
    ['"K-" & traits.text', 'K-9007199254740992'],
    ['$string(traits.safe)', '9007199254740991'],
    ["'K-' & traits.fraction", 'K-0.5'],
  ])('does not affect %s, which does not depend on its last digits', async (expression, expected) => {
    const traits = {
      n: read('9007199254740993'),
      text: '9007199254740992',
      safe: 2 ** 53 - 1,
      fraction: 0.5,
    };
    expect(await title(expression, traits)).toBe(expected);
  });
});

describe('The neighbours of an input', () => {
  test('have the next numbers up and down for every number that has lost digits, and everything else unchanged', () => {
    const n = read('9007199254740993');
    const input = {
      traits: { n, list: [1, n, { m: -n }], text: 'x', none: null },
      phone: undefined,
      verified: true,
    };
    expect(neighbours(input)).toEqual(
      [2, -2].map((step) => ({
        traits: { n: n + step, list: [1, n + step, { m: -n + step }], text: 'x', none: null },
        phone: undefined,
        verified: true,
      })),
    );
  });

  test('are none if all numbers are exact', () => {
    expect(neighbours({ traits: { n: 2 ** 53 - 1, half: 0.5, text: '9007199254740993' } })).toEqual([]);
  });

  test('keep a key __proto__ and traits nested 100,000 levels deep', () => {
    const odd = JSON.parse('{ "__proto__": { "n": 9007199254740993 } }');
    expect(JSON.stringify(neighbours({ traits: odd })[0])).toContain('"__proto__":{"n":9007199254740994}');
    let deep = { n: read('9007199254740993') } as object;
    for (let level = 0; level < 100_000; level += 1) deep = { deep };
    const traits = JSON.parse('{}');
    traits.deep = deep;
    expect(hasInexact(traits)).toBe(true);
    expect(neighbours({ traits })).toHaveLength(2);
  });
});
