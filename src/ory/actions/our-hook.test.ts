import { describe, expect, test } from 'vitest';
import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { corrected, isCurrent, isOurs, ourHook, parsePublicUrl } from './our-hook.ts';

const VALUES = {
  publicUrl: 'https://sync.example.com',
  secret: 's3cret',
  body: 'base64://eA==',
  signIns: false,
};
const WANTED = ourHook('settings', VALUES);

/** The wanted hook with other values in its config. */
function changed(change: JsonObject): JsonObject {
  const { config } = WANTED;
  return { hook: 'web_hook', config: { ...(isJsonObject(config) && config), ...change } };
}

describe('the public URL', () => {
  test.each([
    ['https://sync.example.com', 'https://sync.example.com'],
    ['https://sync.example.com/', 'https://sync.example.com'],
    ['http://127.0.0.1:3000/ory/', 'http://127.0.0.1:3000/ory'],
    ['https://sync.example.com/zoho/sync-contact', 'https://sync.example.com'],
  ])('%s becomes %s', (text, expected) => {
    expect(parsePublicUrl(text)).toBe(expected);
  });

  test.each(['sync.example.com', 'ftp://x', 'https://x/?a=b', 'https://x/#a', 'https://user:pass@x/'])(
    '%s is refused',
    (text) => {
      expect(() => parsePublicUrl(text)).toThrow(/not a plain http/);
    },
  );
});

describe('a hook is ours', () => {
  test.each<[string, Json, boolean]>([
    [
      'by our route at any host',
      changed({ url: 'http://old/base/zoho/sync-contact', body: 'file://x' }),
      true,
    ],
    ['by our template at any address', changed({ url: 'https://tunnel.example.com/' }), true],
    ["not Ory's example recipe", changed({ url: 'http://x/zoho-crm/sync-user', body: 'file://x' }), false],
    [
      'not a route that only begins like ours',
      changed({ url: 'http://x/zoho/sync-contacts', body: 'x' }),
      false,
    ],
    ['not `session`', { hook: 'session' }, false],
    ['not text', '/zoho/sync-contact', false],
  ])('%s', (_name, hook, expected) => {
    expect(isOurs(hook, VALUES.body)).toBe(expected);
  });
});

describe('a hook of ours is as it should be', () => {
  test.each<[string, JsonObject, boolean]>([
    ['as we write it', {}, true],
    ['with defaults written out', { response: { ignore: true, parse: false }, can_interrupt: false }, true],
    ['with more keys than ours', { id: 'mine', headers: { a: 'b' } }, true],
    ['with its body at an address of Ory Network', { body: 'https://storage.example.com/x' }, true],
    ['not with another URL', { url: 'https://old.example.com/zoho/sync-contact?event=settings' }, false],
    ['not with another event', { url: 'https://sync.example.com/zoho/sync-contact?event=login' }, false],
    ['not with another template', { body: 'base64://eQ==' }, false],
    ['not with another method', { method: 'PUT' }, false],
    ['not without a secret', { auth: null }, false],
    ['not if users wait for its answer', { response: { ignore: false } }, false],
    ['not without `response`', { response: null }, false],
    ['not before the identity is saved', { response: { ignore: true, parse: true } }, false],
    ['not if it can interrupt', { can_interrupt: true }, false],
  ])('%s', (_name, change, expected) => {
    const hook = changed(change);
    expect(isCurrent(hook, WANTED)).toBe(expected);
    expect(isCurrent(corrected(hook, WANTED), WANTED)).toBe(true);
  });

  test('correcting it keeps its other keys', () => {
    const hook = corrected(changed({ id: 'mine', can_interrupt: true, method: 'PUT' }), WANTED);
    expect(hook).toEqual(changed({ id: 'mine' }));
  });
});
