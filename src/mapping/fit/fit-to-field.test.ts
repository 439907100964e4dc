import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldMeta } from '../../model/contact.ts';
import type { Json } from '../../model/json.ts';
import { fitToField } from './fit-to-field.ts';

function field(dataType: string, length?: number): FieldMeta {
  const meta = { apiName: 'Field', dataType, unique: false, mandatory: false, writable: true };
  return length === undefined ? meta : { ...meta, length };
}

const PROBLEM = Symbol('a problem');

describe('a value is fitted to its field', () => {
  const table: [dataType: string, value: Json | undefined, expected: unknown][] = [
    ['text', 'Anna', 'Anna'],
    ['text', '  Anna\n', 'Anna'],
    ['text', 'An\0na', 'Anna'],
    ['text', 'An\uD800na', 'An\uFFFDna'],
    ['text', 0, '0'],
    ['text', false, 'false'],
    ['text', '\0', null],
    ['text', { a: 1 }, PROBLEM],
    ['text', ['a', 'b'], PROBLEM],
    ['textarea', 'a\nb', 'a\nb'],
    ['picklist', 'Web', 'Web'],
    ['picklist', ['Web'], PROBLEM],
    ['text', 'Anna\r\n\tLee', 'Anna Lee'],
    ['text', 'An\u0007na\u0085Lee\u2028Berg\u009F\u007F', 'Anna Lee Berg'],
    ['text', '\u2029', null],
    ['text', '👩\u200D👩\u200D👧 नि\u200Dक', '👩\u200D👩\u200D👧 नि\u200Dक'],
    ['textarea', 'a\r\nb\tc\u2028d', 'a\r\nb\tc\u2028d'],
    ['textarea', 'a\0b', 'ab'],
    ['picklist', 'Web\nsite\u0001', 'Web site'],
    ['email', ' Foo@Example.com\0', 'Foo@Example.com'],
    ['email', '\t\uFEFF\u00A0foo@example.com\u3000\u200B\n', 'foo@example.com'],
    ['email', 'foo@exam\r\nple.com', 'foo@example.com'],
    ['email', 'foo bar@example.com', 'foo bar@example.com'],
    ['email', ' \u2028', null],
    ['phone', ' \u202A+49 30\t1\u202C ', '+49 30 1'],
    ['website', ' https://x.io/a\nb\u0001 ', 'https://x.io/ab'],
    ['multiselectpicklist', ['a\nb', '\u0001'], ['a b']],
    ['email', { value: 'a@x.io' }, PROBLEM],
    ['phone', '+49 (30) 1', '+49 (30) 1'],
    ['phone', 4930, '4930'],
    ['multiselectpicklist', ['a', ' ', 5], ['a', '5']],
    ['multiselectpicklist', 'a', ['a']],
    ['multiselectpicklist', ['', ' '], null],
    ['multiselectpicklist', [['a']], PROBLEM],
    ['boolean', true, true],
    ['boolean', false, false],
    ['boolean', ' True ', true],
    ['boolean', 'false', false],
    ['boolean', 'yes', PROBLEM],
    ['boolean', 1, PROBLEM],
    ['boolean', 'TRUE', true],
    ['integer', 42, 42],
    ['integer', '-42', -42],
    ['integer', 4.5, PROBLEM],
    ['integer', '9007199254740993', PROBLEM],
    ['bigint', 42, '42'],
    ['bigint', ' +0042 ', '42'],
    ['bigint', '-9223372036854775808', '-9223372036854775808'],
    ['bigint', '9223372036854775808', PROBLEM],
    ['bigint', 9_007_199_254_740_992, PROBLEM],
    ['bigint', '4.5', PROBLEM],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['text', 9_007_199_254_740_991, '9007199254740991'],
    ['text', '9007199254740993', '9007199254740993'],
    ['text', 9_007_199_254_740_992, PROBLEM],
    ['text', -9_007_199_254_740_992, PROBLEM],
    ['text', 1e300, PROBLEM],
    ['textarea', 1e20, PROBLEM],
    ['picklist', 1e20, PROBLEM],
    ['email', 1e20, PROBLEM],
    ['website', 1e20, PROBLEM],
    ['phone', 1e20, PROBLEM],
    ['phone', 4.5, PROBLEM],
    ['phone', -4930, PROBLEM],
    ['phone', true, PROBLEM],
    ['double', 1e20, PROBLEM],
    ['currency', 9_007_199_254_740_992, PROBLEM],
    ['percent', '9007199254740993', PROBLEM],
    ['double', '123456789012345.678', PROBLEM],
    ['double', '0.100000', 0.1],
    ['double', '0.1234567890123456', 0.1234567890123456],
    ['multiselectpicklist', ['a', 1e20], PROBLEM],
    ['something_new', 1e20, PROBLEM],
    ['something_new', { a: [1e20] }, PROBLEM],
    ['integer', '1,234', PROBLEM],
    ['integer', '12', 12],
    ['double', '4.50', 4.5],
    ['currency', 0, 0],
    ['percent', 'much', PROBLEM],
    ['double', '9'.repeat(400), PROBLEM],
    ['double', true, PROBLEM],
    ['date', '1990-05-01', '1990-05-01'],
    ['date', 'May', PROBLEM],
    ['date', '1990-12-31T23:30:00-05:00', '1990-12-31'],
    ['date', '31.12.1990', PROBLEM],
    ['date', '1990-02-30', PROBLEM],
    ['date', 662_601_600_000, '1990-12-31'],
    ['date', -631_152_000_000, '1950-01-01'],
    ['date', 1990, PROBLEM],
    ['date', 0, PROBLEM],
    ['date', 19_901_231, PROBLEM],
    ['date', 662_601_600, PROBLEM],
    ['date', -631_152_000, PROBLEM],
    ['date', 4_102_444_800, PROBLEM],
    ['date', '1990', PROBLEM],
    ['date', '662601600', PROBLEM],
    ['datetime', 1_770_560_201, PROBLEM],
    ['datetime', 1990, PROBLEM],
    ['datetime', '2024-01-02T03:04:05.123456789Z', '2024-01-02T03:04:05+00:00'],
    ['datetime', '2024-01-02T03:04:05+0530', '2024-01-01T21:34:05+00:00'],
    ['date', { year: 1990 }, PROBLEM],
    ['datetime', '2026-02-08T14:16:41.23Z', '2026-02-08T14:16:41+00:00'],
    ['datetime', true, PROBLEM],
    ['lookup', '1234567890123456789', { id: '1234567890123456789' }],
    ['ownerlookup', { id: '1' }, { id: '1' }],
    ['layout', '7328395000000091055', { id: '7328395000000091055' }],
    ['lookup', 1, PROBLEM],
    ['lookup', 'Acme Inc.', PROBLEM],
    ['lookup', { id: 1e20 }, PROBLEM],
    ['lookup', { name: 'Acme Inc.' }, { name: 'Acme Inc.' }],
    ['website', 'https://x.io/ a', 'https://x.io/ a'],
    ['url', 'x.io', 'x.io'],
    ['lookup', ['1'], PROBLEM],
    ['something_new', { a: [1, null, { b: null, c: true }] }, { a: [1, { c: true }] }],
  ];
  test.each(table)('%s: %j', (dataType, value, expected) => {
    const fit = fitToField(value, field(dataType));
    if (expected === PROBLEM)
      expect(fit).toEqual({ problem: expect.stringMatching(/The field takes|beyond 2\^53/) });
    else expect(fit).toEqual({ value: expected });
  });

  test.each([undefined, null, '', ' \u200B', [], {}, { id: null }, [null]] satisfies (Json | undefined)[])(
    '%j counts as no value for every field',
    (value) => {
      for (const type of [
        'text',
        'email',
        'boolean',
        'integer',
        'date',
        'lookup',
        'multiselectpicklist',
        'new',
      ])
        expect(fitToField(value, field(type))).toEqual({ value: null });
    },
  );

  test('an unknown field gets the value unchanged', () => {
    expect(fitToField(' a ', undefined)).toEqual({ value: ' a ' });
    expect(fitToField([1, 'a'], undefined)).toEqual({ value: [1, 'a'] });
    expect(fitToField(1e20, undefined)).toEqual({ problem: expect.stringContaining('beyond 2^53') });
  });
});

test('a choice that is too long is refused, not cut', () => {
  expect(fitToField('Web', field('picklist', 3))).toEqual({ value: 'Web' });
  expect(fitToField('Webs', field('picklist', 3))).toEqual({
    problem: expect.stringContaining('3 characters'),
  });
  expect(fitToField(['Webs'], field('multiselectpicklist', 3))).toEqual({ value: ['Webs'] });
});

describe('text that is too long', () => {
  const family = '👩‍👩‍👧';
  const table: [text: string, length: number, expected: string][] = [
    ['abcdef', 3, 'abc'],
    ['ab cdef', 3, 'ab'],
    [`${' '.repeat(100)}Anna`, 3, 'Ann'],
    [`ab${family}`, 5, 'ab'],
    [`ab${family}cd`, 2 + family.length, `ab${family}`],
    ['e\u0301e\u0301', 3, 'e\u0301'],
    ['日本語日本語', 4, '日本語日'],
    [`Z${'\u0301'.repeat(100)}`, 10, `Z${'\u0301'.repeat(9)}`],
    [family, 4, '👩‍'],
    [family, 1, ''],
  ];
  test.each(table)('%j is cut to %i as %j, and this is reported', (text, length, expected) => {
    expect(fitToField(text, field('text', length))).toEqual({
      value: expected || null,
      cutFrom: text.length,
    });
  });

  test('emails, phones and websites are not cut', () => {
    for (const type of ['email', 'phone', 'website'])
      expect(fitToField('a'.repeat(101), field(type, 100))).toEqual({ value: 'a'.repeat(101) });
  });

  test('odd text too is within the length, well-formed and never blank', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\uD800', '\u0301', '\0', ' ', family, '\u200B'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), fc.integer({ min: 2, max: 80 }), (units, length) => {
        const fit = fitToField(units.join(''), field('text', length));
        const value = 'value' in fit ? fit.value : 'a problem';
        if (typeof value !== 'string') return value === null;
        return value.length <= length && value.isWellFormed() && value.trim() !== '' && !value.includes('\0');
      }),
    );
  });

  test('200,000 blanks inside an email or a phone are handled quickly', () => {
    const text = `a${' '.repeat(200_000)}b`;
    for (const type of ['email', 'phone']) expect(fitToField(text, field(type))).toEqual({ value: text });
  });

  test('200,000 characters are cut', () => {
    expect(fitToField(`a${'\u0301'.repeat(200_000)}`, field('text', 80))).toMatchObject({ cutFrom: 200_001 });
    expect(fitToField('日'.repeat(200_000), field('text', 80))).toMatchObject({ value: '日'.repeat(80) });
  });
});
