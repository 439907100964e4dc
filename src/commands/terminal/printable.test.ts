import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['Ann Lee', 'Ann Lee'],
  ['Zoë 李 👩', 'Zoë 李 👩'],
  ['a\u001b[2Jb', 'a\\u{1b}[2Jb'],
  ['a\nb', 'a\\u{a}b'],
  ['\u009b31m', '\\u{9b}31m'],
  ['ab\u202eba', 'ab\\u{202e}ba'],
  ['\ud800', '\\u{d800}'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
