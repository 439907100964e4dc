import { expect, test } from 'vitest';
import { canonicalJson, isJsonObject } from './json.ts';
import type { Json } from './json.ts';

test('the order of keys makes no difference at any depth, but the order of a list does', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}');
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test('NUL and lone surrogates become plain text that reads back the same', () => {
  const odd = { text: 'a\u0000\ud800b' };
  expect(canonicalJson(odd)).toBe('{"text":"a\\u0000\\ud800b"}');
  expect(JSON.parse(canonicalJson(odd))).toEqual(odd);
});

test('whole-number keys come first, by size, and undefined values are left out', () => {
  const odd = { b: 1, '10': 2, '9': 3, '01': 4, '4294967295': 5, '-1': 6, gone: undefined, list: [-0, 1e21] };
  const parsed: Json = JSON.parse(JSON.stringify(odd));
  expect(canonicalJson(parsed)).toBe('{"9":3,"10":2,"-1":6,"01":4,"4294967295":5,"b":1,"list":[0,1e+21]}');
});

test('a key named __proto__ is a normal key', () => {
  const parsed: Json = JSON.parse('{"__proto__":{"x":1},"a":2}');
  expect(canonicalJson(parsed)).toBe('{"__proto__":{"x":1},"a":2}');
});

test.each([
  [{}, true],
  [null, false],
  [[], false],
  ['text', false],
  [undefined, false],
])('%j is a JSON object: %s', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected);
});
