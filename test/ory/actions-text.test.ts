import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, isCollection, parse, visit } from 'yaml';
import { z } from 'zod';
import { editKratosText } from '../../src/ory/actions/edit-kratos-text.ts';
import { towardsApplied, towardsRemoved } from '../../src/ory/actions/edit.ts';
import { runningLists } from '../../src/ory/actions/hook-lists.ts';
import { templateBody } from '../../src/ory/actions/template.ts';
import { isJsonObject } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';

const VALUES = {
  publicUrl: 'https://sync.example.com',
  secret: 'a#secret: "yes"',
  body: templateBody(),
  signIns: false,
};
const apply = (text: string) => editKratosText(text, towardsApplied(VALUES), VALUES.body).text;
const remove = (text: string) => editKratosText(text, towardsRemoved(VALUES.body), VALUES.body).text;

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'ory://tracing-config' });
const valid = ajv.compile(
  z.record(z.string(), z.unknown()).parse(JSON.parse(read('../fixtures/ory/kratos-config.schema.json'))),
);

const session = fc.constant({ hook: 'session' });
const foreign = fc.record({
  hook: fc.constant('web_hook'),
  config: fc.record({
    url: fc.constantFrom('https://other.example.com/a', 'http://crm.example.com/zoho-crm/sync-user'),
    method: fc.constantFrom('POST', 'PUT'),
    body: fc.constantFrom('base64://e30=', 'file://./x.jsonnet'),
  }),
});
const returnTo = fc.constant('https://www.example.com/');
const listOf = (hook: fc.Arbitrary<JsonObject>) =>
  fc.uniqueArray(hook, { maxLength: 3, selector: (one) => JSON.stringify(one) });
const signUp = part({ hooks: listOf(fc.oneof(session, foreign)), default_browser_return_url: returnTo });
const profile = part({ hooks: listOf(foreign), default_browser_return_url: returnTo });
const shared = part({ hooks: listOf(foreign), default_browser_return_url: returnTo });

/** An object with any of the keys. */
function part(keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(keys, { requiredKeys: [] }).map((made) => {
    if (!isJsonObject(made)) throw new Error('no object');
    return made;
  });
}

const rp = { id: 'example.com', display_name: 'Example' };
const on = part({ enabled: fc.boolean() });
const registrationAfter = fc
  .tuple(shared, part({ password: signUp, oidc: signUp, code: signUp, webauthn: signUp, passkey: signUp }))
  .map(([flow, methods]) => ({ ...flow, ...methods }));
const settingsAfter = fc.tuple(shared, part({ profile })).map(([flow, methods]) => ({ ...flow, ...methods }));
const selfservice = part({
  methods: part({
    password: on,
    profile: on,
    oidc: on,
    passkey: fc.record({ enabled: fc.boolean(), config: fc.constant({ rp }) }),
    code: part({ enabled: fc.boolean(), passwordless_enabled: fc.boolean() }),
    webauthn: fc.record({
      enabled: fc.boolean(),
      config: fc.record({ passwordless: fc.boolean(), rp: fc.constant(rp) }),
    }),
  }),
  flows: part({
    registration: part({ enabled: fc.boolean(), lifespan: fc.constant('1h'), after: registrationAfter }),
    settings: part({ after: settingsAfter, lifespan: fc.constant('1h') }),
    verification: part({ enabled: fc.boolean(), after: shared }),
  }),
});

/** Ways in which a person might have written it. */
const style = fc.record({
  /**
   * Numbers out of 256 that decide which collections are in braces and which lines are followed by a comment.
   */
  draws: fc.array(fc.nat(255), { minLength: 1, maxLength: 60 }),
  share: fc.constantFrom(0, 40, 128),
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  atEnd: fc.constantFrom('', '\n', '\n# end\n', '\n\n\n'),
  anchors: fc.boolean(),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

const base: JsonObject = jsonOf(read('../fixtures/ory/kratos.yml'));

function written(selfservice: JsonObject, how: Style): string {
  const config = {
    ...base,
    selfservice: { default_browser_return_url: 'http://127.0.0.1/', ...selfservice },
  };
  let drawn = 0;
  const draw = (): number => how.draws[drawn++ % how.draws.length] ?? 0;
  const document = new Document(config, { aliasDuplicateObjects: how.anchors });
  visit(document, {
    Collection(_key, node) {
      if (isCollection(node) && draw() < how.share) node.flow = true;
    },
  });
  const yaml = document.toString({
    indent: how.indent,
    indentSeq: how.indentSeq,
    lineWidth: 60,
  });
  const lines = yaml
    .trimEnd()
    .split('\n')
    .flatMap((line) => commented(line, how.share, draw));
  return `${lines.join(how.lineBreak)}${how.atEnd.replaceAll('\n', how.lineBreak)}`;
}

function commented(line: string, share: number, draw: () => number): string[] {
  const drawn = draw();
  if (drawn >= share) return [line];
  if (drawn % 4 === 0) return [line, ''];
  if (drawn % 4 === 1) return [`${line} # it's, a: [note`];
  return [line, `${' '.repeat(1 + (drawn % 13))}# - hook: session`];
}

describe('any kratos.yml', () => {
  test('applying twice changes nothing more, the result is valid, and remove restores every byte', () => {
    fc.assert(
      fc.property(selfservice, style, (config, how) => {
        const original = written(config, how);
        expect(valid(parse(original)) || valid.errors).toBe(true);

        const applied = apply(original);
        expect(apply(applied)).toBe(applied);
        expect(valid(parse(applied)) || valid.errors).toBe(true);
        expect(remove(applied)).toBe(original);
        expect(remove(original)).toBe(original);
      }),
      { numRuns: 150 },
    );
  });

  test('each list that runs keeps its hooks and has ours once, before `session`', () => {
    fc.assert(
      fc.property(selfservice, style, (config, how) => {
        const original = written(config, how);
        const before = jsonOf(original);
        const after = jsonOf(apply(original));
        for (const { path, event } of runningLists(before, false)) {
          const [first, ...others] = hooksAt(after, path);
          expect(first).toMatchObject({
            config: { url: `${VALUES.publicUrl}/zoho/sync-contact?event=${event}` },
          });
          expect(others).toEqual(hooksAt(before, path));
        }
        expect(runningLists(after, false)).toEqual(runningLists(before, false));
      }),
      { numRuns: 100 },
    );
  });
});

function hooksAt(config: JsonObject, path: readonly string[]): unknown[] {
  const found = path.reduce<unknown>((here, key) => (isJsonObject(here) ? here[key] : undefined), config);
  return Array.isArray(found) ? found : [];
}

function jsonOf(text: string): JsonObject {
  const json: unknown = parse(text);
  if (!isJsonObject(json)) throw new Error('not a YAML map');
  return json;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
