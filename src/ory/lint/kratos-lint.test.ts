import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../model/json.ts';
import type { ExpectedHook } from './hook-lint.ts';
import { lintKratos } from './kratos-lint.ts';

const SECRET = 'the-secret-of-these-tests';
const EXPECTED: ExpectedHook = {
  publicUrl: 'https://sync.example.com',
  secret: SECRET,
  signIns: false,
  verified: false,
  previousSecret: undefined,
  network: false,
};
const BODY = `base64://${Buffer.from('function(ctx) { identity: ctx.identity }').toString('base64')}`;

/** A correct hook to serve with these changes. Undefined removes a key. */
function hook(event: string, changes: Record<string, unknown> = {}): object {
  const config = {
    url: `https://sync.example.com/zoho/sync-contact?event=${event}`,
    method: 'POST',
    body: BODY,
    response: { ignore: true },
    auth: { type: 'api_key', config: { name: 'X-Webhook-Secret', value: SECRET, in: 'header' } },
    ...changes,
  };
  return { hook: 'web_hook', config };
}

const SESSION = { hook: 'session' };

/** A configuration with the after lists of each flow, by method. `hooks` is the flow's own list. */
function kratos(
  flows: { readonly [flow: string]: { readonly [method: string]: readonly object[] } },
  methods: object = { password: { enabled: true } },
): JsonObject {
  const built = Object.entries(flows).map(([flow, lists]) => {
    const { hooks = [], ...own } = lists;
    const after = {
      hooks,
      ...Object.fromEntries(Object.entries(own).map(([m, list]) => [m, { hooks: list }])),
    };
    return [flow, { enabled: true, after }];
  });
  // JSON removes undefined keys, so the result is like a file.
  const text = JSON.stringify({ selfservice: { methods, flows: Object.fromEntries(built) } });
  const config: JsonObject = JSON.parse(text);
  return config;
}

const GOOD = {
  registration: { password: [hook('registration'), SESSION] },
  settings: { profile: [hook('settings')] },
};

function faultsOf(config: JsonObject, expected: Partial<ExpectedHook> = {}): string[] {
  const { faults } = lintKratos(config, { ...EXPECTED, ...expected });
  return faults.map(({ state, place, detail }) => `${state} ${place}: ${detail}`);
}

describe('A configuration that reports everything to serve', () => {
  test('has no fault, and names its lists', () => {
    const config = kratos({ ...GOOD, verification: { hooks: [hook('verification')] } });
    const lint = lintKratos(config, EXPECTED);
    expect(lint.faults).toEqual([]);
    expect(lint.telling).toEqual([
      'registration.after.password',
      'settings.after.profile',
      'verification.after',
    ]);
  });

  test.each<[string, JsonObject]>([
    [
      'a shared list if no method has its own',
      kratos({ registration: { hooks: [hook('registration')] }, settings: { hooks: [hook('settings')] } }),
    ],
    [
      'a method that is off',
      kratos({ ...GOOD, registration: { password: [hook('registration')], oidc: [SESSION] } }),
    ],
    [
      'the route of the recipe',
      kratos({
        registration: { password: [hook('x', { url: 'https://sync.example.com/zoho-crm/sync-user' })] },
        settings: { profile: [hook('settings')] },
      }),
    ],
    [
      'a bearer in Authorization',
      kratos({
        ...GOOD,
        settings: {
          profile: [
            hook('settings', {
              auth: {
                type: 'api_key',
                config: { name: 'Authorization', value: `Bearer ${SECRET}`, in: 'header' },
              },
            }),
          ],
        },
      }),
    ],
    [
      'the secret in its own headers',
      kratos({
        ...GOOD,
        settings: {
          profile: [hook('settings', { auth: undefined, headers: { 'X-Webhook-Secret': SECRET } })],
        },
      }),
    ],
    [
      'a body at an https address, as Ory Network rewrites it',
      kratos({
        ...GOOD,
        settings: { profile: [hook('settings', { body: 'https://storage.example/x.jsonnet' })] },
      }),
    ],
    [
      'other hooks besides ours',
      kratos({
        ...GOOD,
        settings: {
          profile: [
            { hook: 'web_hook', config: { url: 'https://other.example/x', method: 'PUT' } },
            hook('settings'),
          ],
        },
      }),
    ],
  ])('may have %s', (_what, config) => {
    expect(faultsOf(config)).toEqual([]);
  });
});

describe('A method without a hook', () => {
  test('that is on by default is reported in an empty configuration', () => {
    expect(faultsOf({ selfservice: {} })).toEqual([
      'fail registration.after.password: has no hook to serve: a sign-up goes unnoticed',
      'fail settings.after.profile: has no hook to serve: a changed profile goes unnoticed',
    ]);
  });

  test.each([
    ['oidc', { oidc: { enabled: true } }],
    ['code', { code: { passwordless_enabled: true } }],
    ['passkey', { passkey: { enabled: true } }],
    ['webauthn', { webauthn: { enabled: true, config: { passwordless: true } } }],
  ])('is reported when it is %s', (method, methods) => {
    expect(faultsOf(kratos(GOOD, { password: { enabled: true }, ...methods }))).toEqual([
      `fail registration.after.${method}: has no hook to serve: a sign-up goes unnoticed`,
    ]);
  });

  test('is reported if it has its own hooks and the hook to serve is in the shared list', () => {
    const config = kratos({ ...GOOD, registration: { password: [SESSION], hooks: [hook('registration')] } });
    expect(faultsOf(config)).toEqual([
      'fail registration.after.password: has hooks of its own, so the hook in registration.after.hooks never runs for it',
    ]);
  });

  test('is only a warning for verification, which the next change reports too', () => {
    expect(faultsOf(kratos({ ...GOOD, verification: {} }))).toEqual([
      'warn verification.after: has no hook to serve: a verified address goes unnoticed',
    ]);
  });
});

describe('A hook to serve', () => {
  const otherSecret = { name: 'X-Webhook-Secret', value: 'another', in: 'header' };
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'response.parse',
      { response: { parse: true } },
      /^fail .*before the identity is saved \(response\.parse\)/,
    ],
    ['can_interrupt', { can_interrupt: true }, /^fail .*before the identity is saved \(can_interrupt\)/],
    ['no response', { response: undefined }, /^fail .*makes users wait/],
    ['response.ignore: false', { response: { ignore: false } }, /^fail .*makes users wait/],
    [
      'another host',
      { url: 'https://old.example/zoho/sync-contact' },
      /^fail .*calls https:\/\/old\.example, not https:\/\/sync\.example\.com/,
    ],
    [
      'another path at our host',
      { url: 'https://sync.example.com/zoho/sync' },
      /^fail .*calls \/zoho\/sync, not \/zoho\/sync-contact/,
    ],
    ['http over the internet', { url: 'http://sync.example.com/zoho/sync-contact' }, /in the clear/],
    [
      "another flow's event",
      { url: 'https://sync.example.com/zoho/sync-contact?event=registration' },
      /^warn .*sends \?event=registration for a settings/,
    ],
    ['another secret', { auth: { type: 'api_key', config: otherSecret } }, /^fail .*another secret/],
    ['no secret', { auth: undefined }, /^fail .*sends no secret/],
    [
      'its secret in a cookie',
      { auth: { type: 'api_key', config: { ...otherSecret, in: 'cookie' } } },
      /^fail .*as a cookie/,
    ],
    [
      'its secret in another header',
      { auth: { type: 'api_key', config: { ...otherSecret, name: 'X-Api-Key' } } },
      /^fail .*in the header X-Api-Key/,
    ],
    [
      'Authorization without Bearer',
      { auth: { type: 'api_key', config: { name: 'Authorization', value: SECRET, in: 'header' } } },
      /^fail .*without "Bearer"/,
    ],
    [
      'basic_auth',
      { auth: { type: 'basic_auth', config: { user: 'u', password: SECRET } } },
      /^fail .*not authenticate by api_key/,
    ],
    ['no body', { body: undefined }, /^fail .*has no body/],
    ['a body from a file', { body: 'file://./sync.jsonnet' }, /^warn .*from a file/],
    ['a body in broken base64', { body: 'base64://Zm9v YmFy' }, /^fail .*not standard base64/],
    [
      'a body without the identity',
      { body: `base64://${Buffer.from('function(ctx) {}').toString('base64')}` },
      /^fail .*does not send the identity/,
    ],
    [
      'a body that asks for metadata_admin',
      {
        body: `base64://${Buffer.from('function(ctx) { i: ctx.identity.metadata_admin }').toString('base64')}`,
      },
      /^fail .*metadata_admin/,
    ],
    ['the method GET', { method: 'GET' }, /^fail .*POST/],
  ])('with %s is reported', (_what, changes, expected) => {
    const faults = faultsOf(kratos({ ...GOOD, settings: { profile: [hook('settings', changes)] } }));
    expect(faults).toContainEqual(expect.stringMatching(expected));
    expect(faults.every((fault) => fault.includes('settings.after.profile'))).toBe(true);
    expect(faults.join()).not.toContain(SECRET);
  });

  test('cannot read a file on Ory Network', () => {
    const config = kratos({ ...GOOD, settings: { profile: [hook('settings', { body: 'file://./x' })] } });
    expect(faultsOf(config, { network: true })).toEqual([expect.stringMatching(/^fail .*from a file/)]);
  });

  test('with the previous secret is a warning while it is rotated', () => {
    const rotated = { secret: 'the-new-one', previousSecret: SECRET };
    expect(faultsOf(kratos(GOOD), rotated)).toEqual([
      'warn registration.after.password: still sends the previous secret',
      'warn settings.after.profile: still sends the previous secret',
    ]);
  });

  test('is a fault before a flow, when there is no identity yet', () => {
    const { selfservice } = kratos(GOOD);
    const config: JsonObject = parse(
      JSON.stringify({ selfservice }).replace(
        '"registration":{',
        `"registration":{"before":{"hooks":[${JSON.stringify(hook('registration'))}]},`,
      ),
    );
    expect(faultsOf(config)).toEqual([
      expect.stringMatching(/^fail registration\.before: runs before the flow/),
    ]);
  });

  test('after `session`, or twice in a list, is a warning', () => {
    const twice = [SESSION, hook('registration'), hook('registration', { id: 'again' })];
    expect(faultsOf(kratos({ ...GOOD, registration: { password: twice } }))).toEqual([
      'warn registration.after.password: calls serve 2 times for one event',
      'warn registration.after.password: has `session` before the hook, so Kratos before v1.2 never runs it',
    ]);
  });
});

describe('Without a configuration of ory-zoho', () => {
  const unknown = { publicUrl: undefined, secret: undefined };

  test('any host and secret is accepted', () => {
    expect(faultsOf(kratos(GOOD), unknown)).toEqual([]);
  });

  test('values that were never filled in are reported', () => {
    const changes = {
      url: 'https://YOUR-HOST/zoho/sync-contact',
      auth: {
        type: 'api_key',
        config: { name: 'X-Webhook-Secret', value: 'YOUR-WEBHOOK-SECRET', in: 'header' },
      },
    };
    const config = kratos({ ...GOOD, settings: { profile: [hook('settings', changes)] } });
    expect(faultsOf(config, unknown)).toEqual([
      'fail settings.after.profile: calls https://your-host, not the address of serve',
      'fail settings.after.profile: sends no real secret',
    ]);
  });
});

describe('Changes that only a reconcile finds', () => {
  const provider = { id: 'google', update_identity_on_login: 'automatic' };
  const oidc = { enabled: true, config: { providers: [provider] } };
  const flows = { ...GOOD, registration: { ...GOOD.registration, oidc: [hook('registration'), SESSION] } };

  test('changes by a login through a provider, if login has no hook', () => {
    const methods = { password: { enabled: true }, oidc };
    expect(faultsOf(kratos(flows, methods))).toEqual([
      'warn login.after.oidc: has no hook to serve: changes that a login makes (update_identity_on_login) arrive only with the next reconcile',
    ]);
    expect(faultsOf(kratos({ ...flows, login: { oidc: [hook('login')] } }, methods))).toEqual([]);
  });

  test.each<[string, object, object, string | undefined]>([
    ['neither code', { code: { enabled: false } }, { recovery: {} }, undefined],
    ['a login by code', { code: { passwordless_enabled: true } }, {}, 'a login by code'],
    ['a recovery by code', { code: { enabled: true } }, { recovery: {} }, 'a recovery by code'],
    [
      'both',
      { code: { enabled: true, passwordless_enabled: true } },
      { recovery: {} },
      'a login by code or a recovery by code',
    ],
  ])('an email that is verified by %s, if the mapping uses that', (_name, code, more, ways) => {
    const lists = { ...GOOD, ...more, registration: { ...GOOD.registration, code: [hook('registration')] } };
    const config = kratos(lists, { password: { enabled: true }, ...code });
    expect(faultsOf(config)).toEqual([]);
    expect(faultsOf(config, { verified: true })).toEqual(
      ways === undefined
        ? []
        : [
            `warn methods.code: no hook reports an email that ${ways} verifies, so it arrives only with the next reconcile`,
          ],
    );
  });
});
