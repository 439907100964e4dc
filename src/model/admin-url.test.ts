import { expect, test } from 'vitest';
import { normalAdminUrl, withCredentials } from './admin-url.ts';

test.each([
  ['http://127.0.0.1:4434', 'http://127.0.0.1:4434'],
  ['http://127.0.0.1:4434/', 'http://127.0.0.1:4434'],
  ['http://127.0.0.1:4434//', 'http://127.0.0.1:4434'],
  ['HTTPS://Slug.Projects.OryApis.com:443', 'https://slug.projects.oryapis.com'],
  ['http://kratos:80/kratos/', 'http://kratos/kratos'],
  ['http://kratos/Kratos', 'http://kratos/Kratos'],
  ['https://admin:hush-hush@kratos.example.org/?key=hush#hush', 'https://kratos.example.org'],
  ['http://[::1]:4434/', 'http://[::1]:4434'],
  // A proxy may serve Kratos under a path of this name, so it stays.
  ['http://127.0.0.1:4434/admin/', 'http://127.0.0.1:4434/admin'],
])('%s is %s', (text, normal) => {
  expect(normalAdminUrl(text)).toBe(normal);
});

test.each(['', 'kratos:4434', 'postgres://kratos/db', 'http://'])('%j is not an address', (text) => {
  expect(normalAdminUrl(text)).toBeUndefined();
});

test.each([
  ['http://KRATOS:4434/', 'http://kratos:4434'],
  ['http://me:p%40ss@KRATOS:4434/', 'http://me:p%40ss@kratos:4434'],
  ['http://me@kratos/below/?x=1#y', 'http://me@kratos/below'],
])('the admin API of %s is at %s', (text, expected) => {
  expect(withCredentials(text)).toBe(expected);
});
