import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { editKratosText, editKratosTexts } from './edit-kratos-text.ts';
import { towardsApplied, towardsRemoved } from './edit.ts';
import type { HookValues } from './our-hook.ts';
import { MADE_COMMENT } from './yaml-hook.ts';

const VALUES: HookValues = {
  publicUrl: 'https://sync.example.com',
  secret: 's3cret',
  body: 'base64://eA==',
  signIns: false,
};

const apply = (text: string, values: Partial<HookValues> = {}) =>
  editKratosText(text, towardsApplied({ ...VALUES, ...values }), VALUES.body);
const remove = (text: string) => editKratosText(text, towardsRemoved(VALUES.body), VALUES.body);

const hooksSchema = z.array(z.object({ hook: z.string(), config: z.object({ url: z.string() }).optional() }));

/** The hooks of a list in the text, each by its kind, and a web_hook also by its URL. */
function hooksAt(text: string, path: string): string[] | undefined {
  const parsed: unknown = parse(text, { merge: true });
  const list = path
    .split('.')
    .reduce<unknown>((here, key) => z.record(z.string(), z.unknown()).safeParse(here).data?.[key], parsed);
  return hooksSchema
    .optional()
    .parse(list)
    ?.map(({ hook, config }) => config?.url ?? hook);
}

const REGISTRATION = 'https://sync.example.com/zoho/sync-contact?event=registration';
const SETTINGS = 'https://sync.example.com/zoho/sync-contact?event=settings';
const VERIFICATION = 'https://sync.example.com/zoho/sync-contact?event=verification';

const PASSWORD = 'selfservice.flows.registration.after.password.hooks';
const OIDC = 'selfservice.flows.registration.after.oidc.hooks';
const PROFILE = 'selfservice.flows.settings.after.profile.hooks';

/** Only sign-up by password is on. */
const ONLY_PASSWORD = 'methods: { profile: { enabled: false } }';

const LAYOUTS: [string, string][] = [
  ['no flows at all', 'selfservice:\n  default_browser_return_url: http://x/\n'],
  [
    'flows without hooks',
    'selfservice:\n  flows:\n    registration:\n      lifespan: 1h\n    settings: {}\n',
  ],
  [
    'a list with comments everywhere',
    `# head
selfservice: # the flows
  ${ONLY_PASSWORD}
  flows:

    # registration
    registration:
      after: # a sign-up
        # by password
        password: # yes

          hooks: # what runs
                # deeper than anything
            # the session comes last
            - hook: session # here
            # tail
        # end
# foot
`,
  ],
  [
    'a dash directly below its key',
    `selfservice:\n  ${ONLY_PASSWORD}\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n          - hook: session\n`,
  ],
  [
    'no line break at the end',
    `selfservice:\n  ${ONLY_PASSWORD}\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: session`,
  ],
  [
    'an empty list of the user',
    `selfservice:\n  flows:\n    registration:\n      after:\n        password:\n          hooks: [ ] # none yet\n    settings: { after: { profile: { hooks: [] } } }\n`,
  ],
  [
    'braces on one line',
    'selfservice: {flows: {registration: {after: {password: {hooks: [{hook: session}]}}}}}\n',
  ],
  [
    'braces over several lines, with comments and a trailing comma',
    `selfservice: {
  # flows
  flows: {
    registration: { # sign-up
      after: {
        password: { hooks: [ # run
          { hook: session }, # last
        ] },
      },
    },
  },
}
`,
  ],
  [
    'an anchor between the key and its list',
    `selfservice:\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            &list\n            - hook: session\n`,
  ],
  [
    "anchors and merge keys in other people's hooks",
    `selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config: &hook
                url: https://other.example.com/a
                method: POST
            - hook: session
    settings:
      after:
        profile:
          hooks:
            - hook: web_hook
              config: { <<: *hook, url: https://other.example.com/b }
`,
  ],
  [
    'one list for two methods through an alias',
    `selfservice:
  methods: { oidc: { enabled: true } }
  flows:
    registration:
      after:
        oidc: &method
          hooks:
            - hook: session
        password: *method
`,
  ],
  [
    'a method without a list, and another method with an alias to it',
    'selfservice: {methods: {oidc: {enabled: true}}, flows: {registration: {after: {oidc: &a {}, password: *a}}}}\n',
  ],
];

const OTHERS: [string, string][] = [
  [
    'hooks that are aliases, wide indents, and other keys next to them',
    `x-last: &last
    hook: session   # stays last

selfservice:
    methods:
        password: { enabled: true }   # on
        oidc:
            enabled: true
    flows:
        # what follows a sign-up
        registration:
            after:
                password:
                    hooks:
                        -   hook: web_hook
                            config:
                                url: "https://other.example/a?b=c#d"
                                method: POST
                        -   *last
                        # nothing below
                oidc:
                    hooks:
                        -   *last
        verification: {enabled: true, ui_url: "http://127.0.0.1:4455/v"}

log: {level: debug}`,
  ],
  [
    'quoted keys, trailing commas, and a text that looks like hooks',
    `"selfservice": {"methods": {'password': {enabled: true},}, # trailing comma
  "flows": {"settings": {"after": {"profile": {"hooks": [ {hook: "show_verification_ui"}, ]}}}}}
note: |
  hooks:
    - hook: not one
`,
  ],
];

describe('applying and removing', () => {
  test.each([...LAYOUTS, ...OTHERS])(
    '%s: hooks are added once, and removing them restores every byte',
    (_name, text) => {
      for (const original of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
        const applied = apply(original).text;
        expect(hooksAt(applied, PASSWORD)?.[0]).toBe(REGISTRATION);
        expect(applied.replaceAll('\r\n', '').includes('\n')).toBe(!original.includes('\r'));
        expect(apply(applied)).toEqual({ text: applied, edits: [] });
        expect(remove(applied).text).toBe(original);
      }
    },
  );

  test('the hook looks like part of the file', () => {
    const { text } = apply(
      `selfservice:\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            # log in\n            - hook: session\n`,
    );
    expect(text).toBe(`selfservice:
  flows:
    settings: # added by ory-zoho
      after:
        profile:
          hooks:
            - hook: web_hook
              config:
                url: "https://sync.example.com/zoho/sync-contact?event=settings"
                method: POST
                body: "base64://eA=="
                response:
                  ignore: true
                auth:
                  type: api_key
                  config:
                    name: X-Webhook-Secret
                    value: "s3cret"
                    in: header
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: "https://sync.example.com/zoho/sync-contact?event=registration"
                method: POST
                body: "base64://eA=="
                response:
                  ignore: true
                auth:
                  type: api_key
                  config:
                    name: X-Webhook-Secret
                    value: "s3cret"
                    in: header
            # log in
            - hook: session
`);
  });

  test('a new URL and a new secret go into the existing hook, and its other keys stay', () => {
    const { text: first } = apply('selfservice:\n  flows:\n    verification: { enabled: true }\n');
    const moved = first
      .replace(/(\n +)method: POST/, '$1id: "mine"$&')
      .replace(/(\n +)- hook: web_hook/, '$1- hook: show_verification_ui$&');
    const { text, edits } = apply(moved, { publicUrl: 'https://new.example.com', secret: 'n3w' });
    expect(edits.map(({ kind }) => kind)).toEqual(['update', 'update', 'update']);
    expect(text).toBe(moved.replaceAll('sync.example.com', 'new.example.com').replaceAll('s3cret', 'n3w'));
  });

  test.each(['yes', '1_000', '0x1f', '12e3', '~', "it's", '"', '#x', '{{', 'a: b', 'é\u2028'])(
    'the secret %j stays text',
    (secret) => {
      for (const text of ['selfservice:\n  flows: {}\n', 'selfservice:\n  identity: x\n']) {
        expect(JSON.stringify(parse(apply(text, { secret }).text))).toContain(
          `"value":${JSON.stringify(secret)}`,
        );
      }
    },
  );
});

describe('the lists that run', () => {
  test('a list of the flow that runs for a method gets the hook, so that its other hooks still run', () => {
    const { text, edits } = apply(`selfservice:
  methods: { oidc: { enabled: true }, passkey: { enabled: true } }
  flows:
    registration:
      after:
        hooks:
          - hook: web_hook
            config: { url: https://other.example.com/, method: POST }
        oidc: { hooks: [{ hook: session }] }
`);
    expect(hooksAt(text, 'selfservice.flows.registration.after.hooks')).toEqual([
      REGISTRATION,
      'https://other.example.com/',
    ]);
    expect(hooksAt(text, OIDC)).toEqual([REGISTRATION, 'session']);
    expect(hooksAt(text, PASSWORD)).toBeUndefined();
    expect(edits[0]).toMatchObject({ methods: ['password', 'passkey'] });
  });

  test.each<[string, string, string[]]>([
    ['the defaults of Kratos', '', ['password']],
    [
      'every method',
      'password,oidc,webauthn,passkey,code',
      ['password', 'oidc', 'code', 'webauthn', 'passkey'],
    ],
    ['SAML of Ory Network', 'saml', ['password', 'saml']],
  ])('%s: a hook for each method of signing up', (_name, on, expected) => {
    const methods = on
      .split(',')
      .filter((method) => method !== '')
      .map(
        (method) => `${method}: {enabled: true, passwordless_enabled: true, config: {passwordless: true}}`,
      );
    const { edits } = apply(`selfservice: {methods: {${methods.join(', ')}}}`);
    const signUp = edits.filter(({ list }) => list[2] === 'registration').map(({ list }) => list[4]);
    expect(signUp.sort()).toEqual([...expected].sort());
  });

  test('code and webauthn get none if they are only second factors', () => {
    const { edits } = apply(
      'selfservice: {methods: {password: {enabled: false}, code: {enabled: true}, webauthn: {enabled: true}, profile: {enabled: false}}}',
    );
    expect(edits).toEqual([]);
  });

  test('settings have their hook, and so does verification if it is on', () => {
    const { text } = apply('selfservice:\n  flows:\n    verification:\n      enabled: true\n');
    expect(hooksAt(text, PROFILE)).toEqual([SETTINGS]);
    expect(hooksAt(text, 'selfservice.flows.verification.after.hooks')).toEqual([VERIFICATION]);
  });

  test('logins have hooks if the mapping uses the last sign-in, and remove takes them out', () => {
    const text = `selfservice:
  methods: { oidc: { enabled: true }, code: { enabled: true } }
  flows:
    registration: { enabled: false }
    login: { after: { hooks: [{ hook: verify_user }], oidc: { hooks: [{ hook: revoke_active_sessions }] } } }
`;
    const applied = apply(text, { signIns: true }).text;
    const login = 'https://sync.example.com/zoho/sync-contact?event=login';
    expect(hooksAt(applied, 'selfservice.flows.login.after.hooks')).toEqual([login, 'verify_user']);
    expect(hooksAt(applied, 'selfservice.flows.login.after.oidc.hooks')).toEqual([
      login,
      'revoke_active_sessions',
    ]);
    expect(hooksAt(applied, 'selfservice.flows.login.after.code.hooks')).toBeUndefined();
    expect(apply(applied, { signIns: true }).edits).toEqual([]);
    expect(remove(applied).text).toBe(text);
  });

  test.each([
    ['automatic', true],
    ['never', false],
  ])('logins by a provider with update_identity_on_login: %s have a hook: %s', (update, has) => {
    const providers = `[{ id: other }, { id: google, update_identity_on_login: ${update} }]`;
    const { edits } = apply(
      `selfservice: {methods: {oidc: {enabled: true, config: {providers: ${providers}}}}}\n`,
    );
    const logins = edits.map(({ list }) => list).filter(([, , flow]) => flow === 'login');
    expect(logins).toEqual(has ? [['selfservice', 'flows', 'login', 'after', 'oidc', 'hooks']] : []);
  });

  test('a hook of ours in login is corrected and kept', () => {
    const login = (event: string, secret: string) =>
      `selfservice: {flows: {login: {after: {password: {hooks: [{hook: web_hook, config: {url: "https://sync.example.com/zoho/sync-contact?event=${event}", method: POST, body: "base64://eA==", response: {ignore: true}, auth: {type: api_key, config: {name: X-Webhook-Secret, value: ${secret}, in: header}}}}]}}}}}`;
    expect(apply(login('login', 's3cret')).edits.map(({ list }) => list[2])).not.toContain('login');
    const { edits } = apply(login('login', 'old'));
    expect(edits[0]).toMatchObject({
      kind: 'update',
      hook: { config: { auth: { config: { value: 's3cret' } } } },
    });
  });
});

describe('removing', () => {
  const applied = apply('selfservice:\n  flows:\n    settings: { lifespan: 1h }\n').text;

  test('a hook that a person added to our list stays, with the list', () => {
    const mine = applied.replace(/(\n +)- hook: web_hook/, '$1- hook: session$&');
    const { text } = remove(mine);
    expect(hooksAt(text, PASSWORD)).toEqual(['session']);
    expect(text).toContain(MADE_COMMENT);
  });

  test('a key that a person added next to our list stays, without the list', () => {
    const mine = applied.replace(/(\n +)hooks:/, '$1default_browser_return_url: http://x/$1hooks:');
    const { text } = remove(mine);
    expect(hooksAt(text, PASSWORD)).toBeUndefined();
    expect(text).toContain('default_browser_return_url');
  });

  test('a list that was emptied later stays a list', () => {
    const withSession = `selfservice:\n  ${ONLY_PASSWORD}\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n          - hook: session\n      lifespan: 1h\n`;
    const emptied = apply(withSession).text.replace('          - hook: session\n', '');
    expect(hooksAt(remove(emptied).text, PASSWORD)).toEqual([]);
  });

  test('removes our hooks everywhere, even last in a list or before a flow', () => {
    const ours = '{hook: web_hook, config: {url: "http://old/zoho/sync-contact", method: GET}}';
    const text = `selfservice: {flows: {registration: {before: {hooks: [${ours}]}, after: {oidc: {hooks: [{hook: session}, ${ours}]}}}}}\n`;
    const { text: removed } = remove(text);
    expect(removed).toBe(
      'selfservice: {flows: {registration: {before: {hooks: []}, after: {oidc: {hooks: [{hook: session}]}}}}}\n',
    );
  });

  test("a hook of Ory's example recipe is not ours", () => {
    const text =
      'selfservice: {flows: {registration: {after: {hooks: [{hook: web_hook, config: {url: "http://x/zoho-crm/sync-user", method: POST}}]}}}}';
    expect(remove(text)).toEqual({ text, edits: [] });
  });
});

describe('a hook with a placeholder in its address', () => {
  test.each([
    '${SYNC_URL}/zoho/sync-contact?event=registration',
    'http://${HOST}:${PORT}/zoho/sync-contact',
    '"{{ .Values.sync }}/zoho/sync-contact?event=registration"',
    '$SYNC_URL/zoho/sync-contact#x',
  ])('%s is ours and is corrected, so serve is called once', (url) => {
    const hook = `{hook: web_hook, config: {url: "${url.replaceAll('"', '')}", method: POST, body: "file:///a.jsonnet"}}`;
    const { text } = apply(
      `selfservice: {${ONLY_PASSWORD}, flows: {registration: {after: {password: {hooks: [${hook}, {hook: session}]}}}}}\n`,
    );
    expect(hooksAt(text, PASSWORD)).toEqual([REGISTRATION, 'session']);
  });
});

describe('a configuration in several files', () => {
  const base = 'dsn: memory\nselfservice:\n  methods: { oidc: { enabled: true } }\n';
  const flows = `# the flows
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session # last
`;
  const applyAll = (texts: string[]) => editKratosTexts(texts, towardsApplied(VALUES), VALUES.body);

  test('has a hook for every method that one of them switches on, in the file with the list or the longest part of its path', () => {
    const { texts } = applyAll([base, flows]);
    expect(texts[0]).toBe(base);
    expect(hooksAt(texts[1] ?? '', PASSWORD)).toEqual([REGISTRATION, 'session']);
    expect(hooksAt(texts[1] ?? '', OIDC)).toEqual([REGISTRATION]);
    expect(applyAll([...texts]).edits).toEqual([]);
    const removed = editKratosTexts(texts, towardsRemoved(VALUES.body), VALUES.body);
    expect(removed.texts).toEqual([base, flows]);
  });

  test('has its hooks in the list of the last file, which replaces the same list in the first one', () => {
    const { texts } = applyAll([flows, flows]);
    expect(texts[0]).toBe(flows);
    expect(hooksAt(texts[1] ?? '', PASSWORD)).toEqual([REGISTRATION, 'session']);
  });

  test('may include a file without flows, or without any content', () => {
    expect(applyAll(['dsn: memory\n', flows, '# later\n']).edits.length).toBe(2);
    expect(() => applyAll(['dsn: memory\n', '# later\n'])).toThrow(/no `selfservice`.*/);
  });
});

describe('what is not edited', () => {
  test.each([
    ['tabs', 'selfservice:\n\tflows: {}\n', /Tabs are not allowed as indentation at line 2/],
    ['two documents', 'selfservice: {}\n---\nselfservice: {}\n', /not one YAML document/],
    ['JSON', '{"selfservice": {}}', /JSON/],
    ['another file', 'version: 1\n', /no `selfservice`/],
    [
      'Helm values',
      'replicaCount: 2\nkratos:\n  config:\n    selfservice: { flows: {} }\n',
      /it is at kratos\.config, as in Helm values/,
    ],
    [
      'a ConfigMap',
      'apiVersion: v1\nkind: ConfigMap\ndata:\n  kratos.yaml: |\n    dsn: memory\n    selfservice:\n      flows: {}\n',
      /it is text at data\.kratos\.yaml, as in a Kubernetes ConfigMap/,
    ],
    [
      'a ConfigMap next to others, as JSON',
      'kind: Service\n---\nkind: ConfigMap\ndata:\n  kratos.json: |\n    { "selfservice": { "flows": {} } }\n',
      /it is text at data\.kratos\.json/,
    ],
    ['a broken file', 'selfservice: {\n', /not valid YAML/],
    ['an alias to nothing', 'selfservice: {flows: *none}\n', /not valid YAML/],
    ['keys twice', 'selfservice:\n  flows: {}\n  flows: {}\n', /not valid YAML/],
    [
      'an empty key',
      'selfservice:\n  flows:\n    registration:\n      after:\n',
      /registration.after is not a map/,
    ],
    [
      'text instead of a list',
      'selfservice: {flows: {settings: {after: {profile: {hooks: none}}}}}',
      /is not a list/,
    ],
    [
      'a list that comes from a merge key',
      'x: &x {after: {password: {hooks: [{hook: session}]}}}\nselfservice:\n  flows:\n    registration:\n      <<: *x\n',
      /would change something else/,
    ],
    [
      'one list for two flows',
      'selfservice:\n  flows:\n    registration:\n      after: &a {password: &p {hooks: [{hook: session}]}}\n    settings:\n      after: {profile: *p}\n',
      /different flows/,
    ],
    [
      'explicit keys',
      'selfservice:\n  ? flows\n  : ? registration\n    : lifespan: 1h\n',
      /cannot be edited safely/,
    ],
  ])('%s', (_name, text, message) => {
    expect(() => apply(text)).toThrow(message);
  });
});
