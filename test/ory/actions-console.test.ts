import { describe, expect, test } from 'vitest';
import { createConsoleApi } from '../../src/ory/actions/console-api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { isJsonObject } from '../../src/model/json.ts';

const FLOWS = '/services/identity/config/selfservice/flows';
const WEB_HOOK = { hook: 'web_hook', config: { url: 'https://a.example.com', method: 'POST' } };

async function withSandbox<T>(use: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox();
  try {
    return await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** One call as curl makes it. */
async function call({ ory }: Sandbox, patch?: unknown, options: { id?: string; key?: string } = {}) {
  const { id = ory.project, key = ory.workspaceKey } = options;
  const response = await fetch(`${ory.consoleUrl}/projects/${id}`, {
    method: patch === undefined ? 'GET' : 'PATCH',
    headers: { authorization: `Bearer ${key}` },
    ...(patch !== undefined && { body: JSON.stringify(patch) }),
  });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

const add = (path: string, value: unknown) => [{ op: 'add', path: `${FLOWS}/${path}`, value }];

function at(json: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((here, key) => (isJsonObject(here) ? here[key] : undefined), json);
}

const flowAfter = (json: unknown, ...path: string[]) =>
  at(json, 'services', 'identity', 'config', 'selfservice', 'flows', ...path);

describe("the sandbox's console API", () => {
  test('a new project has `session` for sign-ups, and nothing in the global list', () =>
    withSandbox(async (sandbox) => {
      const { status, json } = await call(sandbox);
      expect(status).toBe(200);
      const after = flowAfter(json, 'registration', 'after');
      for (const method of ['password', 'oidc', 'webauthn']) {
        expect(at(after, method)).toEqual({ hooks: [{ hook: 'session' }] });
      }
      expect(at(after, 'hooks')).toEqual([]);
    }));

  test('keeps the parts of a hook that Ory Network knows', () =>
    withSandbox(async (sandbox) => {
      const extra = {
        id: 'mine',
        headers: { a: 'b' },
        emit_analytics_event: true,
        response: { ignore: true },
      };
      const hook = { ...WEB_HOOK, config: { ...WEB_HOOK.config, ...extra } };
      const { json } = await call(sandbox, add('registration/after/password/hooks/0', hook));
      expect(flowAfter(at(json, 'project'), 'registration', 'after', 'password', 'hooks')).toEqual([
        { ...WEB_HOOK, config: { ...WEB_HOOK.config, response: { ignore: true, parse: false } } },
        { hook: 'session' },
      ]);
    }));

  test('ignores parts that it cannot import, with a warning', () =>
    withSandbox(async (sandbox) => {
      const { json } = await call(sandbox, [
        { op: 'add', path: '/services/identity/config/serve', value: { public: { port: 1 } } },
      ]);
      expect(at(json, 'warnings')).toEqual([
        expect.objectContaining({ message: expect.stringContaining('"serve"') }),
      ]);
      expect(at((await call(sandbox)).json, 'services', 'identity', 'config', 'serve')).toBeUndefined();
    }));

  test('a method that verification does not have is dropped without a warning', () =>
    withSandbox(async (sandbox) => {
      const { status, json } = await call(sandbox, add('verification/after/code', { hooks: [WEB_HOOK] }));
      expect({ status, warnings: at(json, 'warnings') }).toEqual({ status: 200, warnings: [] });
      expect(flowAfter((await call(sandbox)).json, 'verification', 'after')).toEqual({ hooks: [] });
    }));

  test.each<[string, unknown, { id?: string; key?: string }, number]>([
    ['no key', undefined, { key: '' }, 401],
    ['another key', undefined, { key: 'ory_wak_other' }, 401],
    ['another project', undefined, { id: 'cccccccc-0000-4000-8000-000000000000' }, 404],
    ['an invalid JSON Patch', { op: 'add' }, {}, 400],
    ['a missing list', add('registration/after/saml/hooks/0', WEB_HOOK), {}, 400],
  ])("%s is refused in Ory's form", (_name, patch, options, code) =>
    withSandbox(async (sandbox) => {
      const before = await call(sandbox);
      const { status, json } = await call(sandbox, patch, options);
      expect(status).toBe(code);
      expect(json).toMatchObject({
        error: { code, status: expect.any(String), message: expect.any(String) },
      });
      expect(await call(sandbox)).toEqual(before);
    }),
  );
});

describe('the client of the console API', () => {
  test.each<[string, object, number, string]>([
    [
      '429',
      { status: 429, body: '{"error":{"code":429,"message":"Too many requests"}}' },
      1,
      'Wait a minute',
    ],
    ['an error page of a proxy', { status: 502, body: '<html>' }, 1, 'Wait a minute'],
    ['403', { status: 403, body: '{"error":{"code":403,"message":"no"}}' }, 4, 'workspace API key'],
    ['another API', { status: 200, body: '{"hello":"world"}' }, 1, 'ORY_CONSOLE_URL'],
    ['a cut connection', { cut: 'before_commit' }, 1, 'ORY_CONSOLE_URL'],
  ])('%s becomes an error with the next step', (_name, effect, exitCode, hint) =>
    withSandbox(async (sandbox) => {
      await sandbox.control.addFault({ on: { operation: 'ory_console' }, effect });
      const { consoleUrl: url, project, workspaceKey } = sandbox.ory;
      const api = createConsoleApi({ url, project, workspaceKey });
      await expect(api.readConfig()).rejects.toMatchObject({
        exitCode,
        hint: expect.stringContaining(hint),
        message: expect.not.stringContaining(workspaceKey),
      });
      await api.close();
    }),
  );
});
