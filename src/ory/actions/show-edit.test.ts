import { expect, test } from 'vitest';
import { ourHook } from './our-hook.ts';
import { showEdit } from './show-edit.ts';

const VALUES = {
  publicUrl: 'https://sync.example.com',
  secret: 's3cret',
  body: 'base64://eA==',
  signIns: false,
};
const LIST = ['selfservice', 'flows', 'settings', 'after', 'profile', 'hooks'];

const text = (edit: Parameters<typeof showEdit>[0]) =>
  showEdit(edit).map(({ sign, text }) => `${sign} ${text}`);

test('a new hook is shown completely, with its secret masked and the methods that run it', () => {
  const hook = ourHook('settings', VALUES);
  expect(text({ kind: 'add', list: LIST, hook, methods: ['profile'] })).toEqual([
    '@ selfservice.flows.settings.after.profile.hooks (runs for profile)',
    '+ - hook: web_hook',
    '+   config:',
    '+     url: "https://sync.example.com/zoho/sync-contact?event=settings"',
    '+     method: POST',
    '+     body: "base64://… (1 bytes)"',
    '+     response:',
    '+       ignore: true',
    '+     auth:',
    '+       type: api_key',
    '+       config:',
    '+         name: X-Webhook-Secret',
    '+         value: "***"',
    '+         in: header',
  ]);
});

test('a changed hook shows its changes, and says that the secret or template changed without showing it', () => {
  const before = ourHook('settings', VALUES);
  const hook = ourHook('settings', { ...VALUES, secret: 'n3w', body: 'base64://eQ==' });
  const lines = text({ kind: 'update', list: LIST, index: 2, before, hook });
  expect(lines[0]).toBe('@ selfservice.flows.settings.after.profile.hooks.2');
  expect(lines.filter((line) => /^[+-]/.test(line))).toEqual([
    '-     body: "base64://… (1 bytes)"',
    '+     body: "base64://… (1 bytes, another template)"',
    '-         value: "***"',
    '+         value: "*** (another one)"',
  ]);
});

test('secrets of hooks that a person made are not shown either', () => {
  const config = {
    url: 'https://user:pass-1@old.example.com/zoho/sync-contact',
    method: 'POST',
    headers: { 'X-Key': 'pass-2' },
    auth: { type: 'basic_auth', config: { user: 'ory', password: 'pass-3' } },
  };
  const shown = text({ kind: 'remove', list: LIST, index: 0, before: { hook: 'web_hook', config } }).join(
    '\n',
  );
  expect(shown).not.toContain('pass-');
  expect(shown).toContain('//***@old.example.com');
});
