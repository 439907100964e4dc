import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isJsonObject } from '../../src/model/json.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const SIGN_UP_METHODS = ['password', 'oidc', 'code', 'webauthn', 'passkey'] as const;

const webHook = z.strictObject({
  hook: z.literal('web_hook'),
  config: z.strictObject({
    url: z.string(),
    method: z.literal('POST'),
    body: z.string(),
    response: z.strictObject({ ignore: z.literal(true) }),
    auth: z.strictObject({
      type: z.literal('api_key'),
      config: z.strictObject({
        name: z.literal('X-Webhook-Secret'),
        value: z.string(),
        in: z.literal('header'),
      }),
    }),
  }),
});
const sessionHook = z.strictObject({ hook: z.literal('session') });
const withSession = z.strictObject({ hooks: z.tuple([webHook, sessionHook]) });
const alone = z.strictObject({ hooks: z.tuple([webHook]) });
/**
 * Exactly one web_hook in each list, `session` after it, and no global list. It is strict, so anything else
 * is refused.
 */
const actions = z.strictObject({
  selfservice: z.strictObject({
    flows: z.strictObject({
      registration: z.strictObject({
        after: z.strictObject({
          password: withSession,
          oidc: withSession,
          code: withSession,
          webauthn: withSession,
          passkey: withSession,
        }),
      }),
      settings: z.strictObject({ after: z.strictObject({ profile: alone }) }),
      verification: z.strictObject({ after: alone }),
    }),
  }),
});

const yaml = read('../../ory-actions.yaml');
const { flows } = actions.parse(parse(yaml)).selfservice;
const hooks = [
  ...SIGN_UP_METHODS.map((method) => ({
    list: `registration.after.${method}`,
    event: 'registration',
    config: flows.registration.after[method].hooks[0].config,
  })),
  { list: 'settings.after.profile', event: 'settings', config: flows.settings.after.profile.hooks[0].config },
  { list: 'verification.after', event: 'verification', config: flows.verification.after.hooks[0].config },
];

describe('ory-actions.yaml', () => {
  test.each(hooks)('$list sends the template to serve, with the word $event', ({ event, config }) => {
    expect(config.url).toBe(`https://YOUR-HOST/zoho/sync-contact?event=${event}`);
    const [scheme, encoded = ''] = config.body.split('://');
    expect(scheme).toBe('base64');
    expect(Buffer.from(encoded, 'base64').toString()).toBe(read('../../jsonnet/sync-contact.jsonnet'));
    // Kratos decodes with Go's StdEncoding: with padding, without line breaks.
    expect(encoded).toBe(Buffer.from(encoded, 'base64').toString('base64'));
  });

  test('begins by saying that the hooks are added to lists and do not replace them', () => {
    expect(yaml.split('\n').slice(0, 4).join('\n')).toContain(
      'Add these hooks to your lists, do not replace',
    );
  });

  test('each list can be copied separately, without anchors, aliases or merge keys', () => {
    expect(yaml.replaceAll(/^\s*#.*$/gm, '')).not.toMatch(/[&*]|<<:/);
  });
});

describe("Ory's own configuration schema", () => {
  let validate: ValidateFunction;
  beforeAll(() => {
    // Kratos adds its tracing schema in Go under this address. The rest of the file is plain draft 7.
    // `strict` has to be off for its `require` (a typo in the schema) and for unknown keywords.
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'ory://tracing-config' });
    validate = ajv.compile(schema.parse(JSON.parse(read('../fixtures/ory/kratos-config.schema.json'))));
  });

  test('takes ory-actions.yaml merged into a configuration of Kratos', () => {
    const config = merged(yaml);
    expect(config).toMatchObject({
      dsn: 'memory',
      selfservice: { flows: { verification: { use: 'code' } } },
    });
    expect(validate(config) || validate.errors).toBe(true);
  });

  test.each([
    ['an unknown key', 'ignore: true', 'ignored: true'],
    ['a key in the body', 'in: header', 'in: body'],
    ['an unknown kind of hook', 'hook: web_hook', 'hook: webhook'],
    ['no URL', /url: /g, 'uri: '],
    ['a broken URL', /url: .*/g, 'url: not a url'],
    ['an unknown kind of auth', 'type: api_key', 'type: bearer'],
    ['an unknown method', 'passkey:', 'passkeys:'],
    ['ignore and parse at once', 'ignore: true', '{ ignore: true, parse: true }'],
  ])('refuses %s', (_name, from, to) => {
    const broken = yaml.replaceAll(from, to);
    expect(broken).not.toBe(yaml);
    expect(validate(merged(broken))).toBe(false);
  });
});

const schema = z.record(z.string(), z.unknown());

function merged(actionsYaml: string): Json {
  return merge(jsonOf(read('../fixtures/ory/kratos.yml')), jsonOf(actionsYaml));
}

function merge(base: JsonObject, added: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(added)) {
    const old = result[key];
    result[key] = isJsonObject(old) && isJsonObject(value) ? merge(old, value) : value;
  }
  return result;
}

function jsonOf(text: string): JsonObject {
  const json: unknown = parse(text);
  if (!isJsonObject(json)) throw new Error('not a YAML map');
  return json;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
