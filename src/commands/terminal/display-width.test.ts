import { expect, test } from 'vitest';
import { clip, displayWidth, padToWidth, wrap } from './display-width.ts';

test.each([
  ['Ann Lee', 7],
  ['Zoë', 3],
  ['Zoe\u0308', 3],
  ['李小龍', 6],
  ['김민준', 6],
  ['ひらがな', 8],
  ['ﾊﾝｶｸ', 4],
  ['ＡＢＣ', 6],
  ['「。」', 6],
  ['👩', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['☎️', 2],
  ['2️⃣', 2],
  ['—…', 2],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('texts of all scripts end at the same column', () => {
  expect(padToWidth('李', 4)).toBe('李  ');
  expect(padToWidth('too long', 4)).toBe('too long');
});

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['one two', 7, ['one two']],
  ['onetwothree', 4, ['onet', 'woth', 'ree']],
  ['a onetwothree', 6, ['a', 'onetwo', 'three']],
  ['李小龍李小龍', 5, ['李小', '龍李', '小龍']],
  ['one two ', 7, ['one two']],
  ['', 5, ['']],
])('%j in %i columns', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
});

test.each([
  ['metadata', 8, 'metadata'],
  ['metadata', 7, 'metada…'],
  ['李小龍', 6, '李小龍'],
  ['李小龍', 5, '李小…'],
  ['李小龍', 4, '李…'],
])('%s clipped to %i columns is %s', (text, width, clipped) => {
  expect(clip(text, width)).toBe(clipped);
});
