import { expect, test } from 'vitest';
import { authorizationOf } from './authorization.ts';

const basic = (text: string) => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

test.each([
  ['http://kratos:4434', '', undefined],
  ['http://kratos:4434', 'ory_pat_x', 'Bearer ory_pat_x'],
  ['http://me:secret@kratos:4434', '', basic('me:secret')],
  ['http://me:secret@kratos:4434', 'ory_pat_x', 'Bearer ory_pat_x'],
  ['http://me@kratos:4434', '', basic('me:')],
  ['http://:secret@kratos:4434', '', basic(':secret')],
  ['http://j%C3%B6rg:p%40ss%3Aw@kratos:4434', '', basic('jörg:p@ss:w')],
  ['http://me:100%@kratos:4434', '', basic('me:100%')],
])('a request to %s with the key "%s" has the header %s', (adminUrl, key, expected) => {
  expect(authorizationOf(adminUrl, key)).toBe(expected);
});
