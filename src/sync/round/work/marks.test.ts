import { expect, test } from 'vitest';
import { withoutCovered } from './marks.ts';

const mark = (call: string, key: string | null, ...fields: string[]) => ({ call, key, fields });

test.each([
  ['the same twice', [mark('1', null, 'Phone'), mark('2', null, 'Phone')], ['1']],
  ['one with more fields', [mark('1', null, 'Phone'), mark('2', null, 'Email', 'Phone')], ['2']],
  ['other fields', [mark('1', null, 'Phone'), mark('2', null, 'Email')], ['1', '2']],
  ['another key', [mark('1', 'a@b.co', 'Email'), mark('2', 'c@d.co', 'Email')], ['1', '2']],
  ['one with a key and one without', [mark('1', 'a@b.co', 'Email'), mark('2', null, 'Email')], ['1', '2']],
  [
    'one that cleared a field',
    [{ ...mark('1', null, 'Phone'), cleared: true as const }, mark('2', null, 'Phone')],
    ['1', '2'],
  ],
  [
    'one that sent another value',
    [
      { ...mark('1', 'a@b.co', 'Phone'), sent: { Phone: 'x' } },
      { ...mark('2', 'a@b.co', 'Phone'), sent: { Phone: 'y' } },
    ],
    ['1', '2'],
  ],
  [
    'a thousand from an outage',
    Array.from({ length: 1_000 }, (_, n) => mark(`${n}`, 'a@b.co', 'Email')),
    ['0'],
  ],
])('Rule 11: marks in doubt that another one covers are removed: %s', (_what, marks, left) => {
  expect(withoutCovered(marks).map(({ call }) => call)).toEqual(left);
});
