import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { runAtTerminal, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const SECRET = "a#webhook 'secret' of the tests";
const FOREIGN_SECRET = 'the-secret-of-another-hook';
const HOOKS = { ORY_WEBHOOK_SECRET: SECRET, ORY_ZOHO_PUBLIC_URL: 'https://sync.example.com' };

const KRATOS = `# our Kratos\r
dsn: memory\r
secrets: { cookie: ["the-cookie-secret"] }\r
selfservice:\r
  methods:\r
    oidc: { enabled: true } # Google\r
  flows:\r
    registration:\r
      after:\r
        password:\r
          hooks:\r
            # tells the shop\r
            - hook: web_hook\r
              config: &shop\r
                url: https://shop.example.com\r
                method: 'POST'\r
                auth: { type: api_key, config: { name: X-Key, value: ${FOREIGN_SECRET}, in: header } }\r
            - hook: session # stays last\r
        oidc: { hooks: [ { hook: session } ] }\r
    settings:\r
      after:\r
        profile:\r
          hooks: []\r
    verification: { enabled: true }\r
`;

function aKratosFile(text = KRATOS): { folder: string; read: () => string } {
  const folder = newFolder();
  const file = join(folder, 'kratos.yml');
  writeFileSync(file, text);
  return { folder, read: () => readFileSync(file, 'utf8') };
}

describe('actions print', () => {
  test.each([
    ['the public URL', { ORY_WEBHOOK_SECRET: SECRET }, 'ORY_ZOHO_PUBLIC_URL', '--public-url'],
    [
      'the secret',
      { ORY_ZOHO_PUBLIC_URL: 'https://sync.example.com' },
      'ORY_WEBHOOK_SECRET',
      'ory-zoho init',
    ],
  ])('without %s it ends with 2 and the next step', async (_name, variables, missing, next) => {
    const { code, stdout, stderr } = await runCommand(['actions', 'print'], {
      folder: newFolder(),
      variables,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(missing);
    expect(stderr).toContain(next);
  });

  test('an invalid address ends with 2', async () => {
    const args = ['actions', 'print', '--public-url', 'sync.example.com'];
    const { code, stderr } = await runCommand(args, { folder: newFolder(), variables: HOOKS });
    expect(code).toBe(2);
    expect(stderr).toContain('https://sync.example.com');
  });

  test('each form holds a hook for each method, with the secret', async () => {
    const print = async (format: string) => {
      const args = ['actions', 'print', '--format', format, '--public-url', 'https://flag.example.com/ory/'];
      const { code, stdout } = await runCommand(args, { folder: newFolder(), variables: HOOKS });
      expect(code).toBe(0);
      return stdout;
    };
    const [yaml, cli, patch] = await Promise.all(['yaml', 'ory-cli', 'json-patch'].map(print));
    const operations: unknown = JSON.parse(patch ?? '');
    const lists = [
      ...['password', 'oidc', 'code', 'webauthn', 'passkey'].map((one) => ['registration', `after/${one}`]),
      ['settings', 'after/profile'],
      ['verification', 'after'],
    ];
    expect(operations).toEqual(
      lists.map(([event, place]) => ({
        op: 'add',
        path: `/services/identity/config/selfservice/flows/${event}/${place}/hooks/0`,
        value: expect.objectContaining({ hook: 'web_hook' }),
      })),
    );
    for (const [event = '', place = ''] of lists) {
      const [hook] = hooksAt(parse(yaml ?? ''), [event, ...place.split('/')]);
      expect(hook).toEqual({
        hook: 'web_hook',
        config: {
          url: `https://flag.example.com/ory/zoho/sync-contact?event=${event}`,
          method: 'POST',
          body: `base64://${readFileSync('jsonnet/sync-contact.jsonnet').toString('base64')}`,
          response: { ignore: true },
          auth: { type: 'api_key', config: { name: 'X-Webhook-Secret', value: SECRET, in: 'header' } },
        },
      });
    }
    expect(runByShell(cli ?? '')).toEqual(
      lists.map(([event, place]) => `/selfservice/flows/${event}/${place}/hooks/0`),
    );
  });
});

describe('actions apply and remove on a kratos.yml', () => {
  const run = (folder: string, args: string[], variables: object = HOOKS) =>
    runCommand(['actions', ...args, '--kratos', 'kratos.yml'], { folder, variables: { ...variables } });

  test('adds the hooks once, and removes them to the byte', async () => {
    const { folder, read } = aKratosFile();
    const first = await run(folder, ['apply', '--yes', '--json']);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toEqual({
      action: 'apply',
      target: 'kratos.yml',
      changed: true,
      changes: [
        { change: 'added', list: 'selfservice.flows.registration.after.password.hooks' },
        { change: 'added', list: 'selfservice.flows.registration.after.oidc.hooks' },
        { change: 'added', list: 'selfservice.flows.settings.after.profile.hooks' },
        { change: 'added', list: 'selfservice.flows.verification.after.hooks' },
      ],
      warnings: [],
    });
    const applied = read();
    expect(kinds(hooksAt(parse(applied), ['registration', 'after', 'password']))).toEqual([
      'https://sync.example.com/zoho/sync-contact?event=registration',
      'https://shop.example.com',
      'session',
    ]);

    const second = await run(folder, ['apply', '--yes', '--json']);
    expect(JSON.parse(second.stdout)).toMatchObject({ changed: false, changes: [] });
    expect(read()).toBe(applied);

    // Removing them needs neither the URL nor the secret.
    const removed = await run(folder, ['remove', '--yes'], {});
    expect(removed.code).toBe(0);
    expect(read()).toBe(KRATOS);
    expect((await run(folder, ['remove'], {})).stdout).toContain('Nothing to change');
  });

  test('a new secret goes into the existing hooks, and no secret is shown', async () => {
    const { folder, read } = aKratosFile();
    const outputs = [await run(folder, ['apply', '--yes'])];
    const applied = read();
    const rotated = { ...HOOKS, ORY_WEBHOOK_SECRET: 'the-new-secret' };
    outputs.push(await run(folder, ['apply', '--yes'], rotated));
    expect(parse(read())).toEqual(parse(applied.replaceAll(SECRET, 'the-new-secret')));
    outputs.push(await run(folder, ['remove', '--yes'], rotated));
    expect(read()).toBe(KRATOS);

    const shown = outputs.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(shown).toContain('*** (another one)');
    for (const secret of [SECRET, 'the-new-secret', FOREIGN_SECRET, 'the-cookie-secret']) {
      expect(shown).not.toContain(secret);
    }
  });

  test('without a terminal and without --yes it shows the changes, ends with 2 and changes nothing', async () => {
    const { folder, read } = aKratosFile();
    const { code, stdout, stderr } = await run(folder, ['apply']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('+ - hook: web_hook');
    expect(stderr).toContain('--yes');
    expect(read()).toBe(KRATOS);
  });

  test.each([
    ['tabs', 'selfservice:\n\tflows: {}\n', 'line 2'],
    ['no Kratos', 'a: 1\n', 'selfservice'],
    ['no UTF-8', Buffer.from([0x61, 0xff, 0x0a]), 'UTF-8'],
  ])('a file with %s is left alone, exit 2', async (_name, content, message) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'kratos.yml'), content);
    const { code, stderr } = await run(folder, ['apply', '--yes']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(readFileSync(join(folder, 'kratos.yml'))).toEqual(Buffer.from(content));
  });

  test('a missing file ends with 2', async () => {
    const { code, stderr } = await run(newFolder(), ['remove', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('--kratos');
  });
});

describe('configurations that other tools arrange', () => {
  const run = (folder: string, args: string[]) =>
    runCommand(['actions', ...args, '--yes', '--json'], { folder, variables: HOOKS });

  test('a Helm template is edited without a library warning on stderr', async () => {
    const { folder, read } = aKratosFile(KRATOS.replace("'POST'", '{{ .Values.method }}'));
    const before = read();
    const applied = await run(folder, ['apply', '--kratos', 'kratos.yml']);
    const checked = await runCommand(['doctor', '--kratos', 'kratos.yml'], { folder, variables: HOOKS });
    const removed = await run(folder, ['remove', '--kratos', 'kratos.yml']);
    expect([applied.code, checked.code, removed.code]).toEqual([0, 0, 0]);
    for (const { stderr } of [applied, checked, removed]) expect(stderr).not.toMatch(/warning:|node:\d/i);
    expect(read()).toBe(before);
  });

  test('several files count as one configuration, and each list is changed in its own file', async () => {
    const { folder, read } = aKratosFile(KRATOS.replace('oidc: { enabled: true }', 'oidc: {}'));
    const base = 'selfservice: { methods: { oidc: { enabled: true } } }\n';
    writeFileSync(join(folder, 'base.yml'), base);
    const before = read();
    const files = ['--kratos', 'base.yml', '--kratos', 'kratos.yml'];
    expect((await run(folder, ['apply', ...files])).code).toBe(0);
    const lists = hooksAt(parse(read()), ['registration', 'after', 'oidc']);
    expect(kinds(lists)).toEqual([
      'https://sync.example.com/zoho/sync-contact?event=registration',
      'session',
    ]);
    const checked = await runCommand(['doctor', ...files], { folder, variables: HOOKS });
    expect(checked.stdout).toMatch(
      /^ok +hooks +in place at base\.yml, kratos\.yml: .*registration\.after\.oidc/m,
    );
    expect((await run(folder, ['remove', ...files])).code).toBe(0);
    expect(read()).toBe(before);
    expect(readFileSync(join(folder, 'base.yml'), 'utf8')).toBe(base);
  });

  test('Helm values are refused with the place of the configuration, and what to do', async () => {
    const { folder } = aKratosFile('kratos:\n  config:\n    selfservice: { flows: {} }\n');
    const { code, stderr } = await run(folder, ['apply', '--kratos', 'kratos.yml']);
    expect(code).toBe(2);
    expect(stderr).toContain('it is at kratos.config, as in Helm values.');
    expect(stderr).toContain('`ory-zoho actions print`');
  });
});

describe('a mapping that uses the last sign-in', () => {
  const example = readFileSync('examples/last-sign-in.yaml', 'utf8');

  test('print, apply and remove know the hooks after a login, and doctor reports when they are missing', async () => {
    const { folder, read } = aKratosFile();
    const run = (...args: string[]) => runCommand(args, { folder, variables: HOOKS });
    expect((await run('actions', 'print')).stdout).not.toContain('event=login');
    writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), example);
    const printed = parse((await run('actions', 'print')).stdout);
    for (const method of ['password', 'oidc', 'code', 'webauthn', 'passkey']) {
      expect(kinds(hooksAt(printed, ['login', 'after', method]))).toEqual([
        'https://sync.example.com/zoho/sync-contact?event=login',
      ]);
    }
    expect((await run('doctor', '--kratos', 'kratos.yml')).stdout).toMatch(
      /^warn +hooks +login\.after\.password: has no hook to serve: the time of a sign-in goes unnoticed$/m,
    );
    await run('actions', 'apply', '--kratos', 'kratos.yml', '--yes');
    for (const method of ['password', 'oidc']) {
      expect(kinds(hooksAt(parse(read()), ['login', 'after', method]))).toEqual([
        'https://sync.example.com/zoho/sync-contact?event=login',
      ]);
    }
    expect((await run('doctor', '--kratos', 'kratos.yml')).stdout).toMatch(
      /^ok +hooks +in place at kratos\.yml: .*login\.after\.password/m,
    );
    await run('actions', 'remove', '--kratos', 'kratos.yml', '--yes');
    expect(read()).toBe(KRATOS);
  });
});

const strace = spawnSync('strace', ['--version']).error === undefined || process.env['CI'] === 'true';

test.skipIf(!strace)(
  'a running Kratos always finds its configuration: one call writes all of it, then it is cut to length',
  async () => {
    const { folder, read } = aKratosFile();
    const trace = join(folder, 'trace');
    const through = [
      'strace',
      // A file for each thread: in a common one, the calls of other threads cut lines in two.
      '-ff',
      '-y',
      '-o',
      trace,
      '-e',
      'trace=openat,open,write,pwrite64,pwritev,ftruncate,rename',
    ];
    const calls = async (action: string) => {
      const args = ['actions', action, '--kratos', 'kratos.yml', '--yes'];
      expect((await runCommand(args, { folder, variables: HOOKS, through })).code).toBe(0);
      const traces = readdirSync(folder).filter((name) => name.startsWith('trace.'));
      const lines = traces.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
      for (const name of traces) rmSync(join(folder, name));
      return lines.flatMap((line) => {
        if (!/kratos\.yml[>"]/.test(line) || /O_RDONLY/.test(line)) return [];
        return [
          /(\w+)\(.*= (-?\d+)/
            .exec(line)
            ?.slice(1)
            .join(' ')
            .replace(/^open\w* .*/, /O_TRUNC/.test(line) ? 'truncated' : 'open'),
        ];
      });
    };
    const before = Buffer.byteLength(read());
    const first = await calls('apply');
    const applied = Buffer.byteLength(read());
    expect(applied).toBeGreaterThan(before);
    expect(first).toEqual(['open', `pwrite64 ${applied}`, 'ftruncate 0']);
    expect(await calls('remove')).toEqual(['open', `pwrite64 ${applied}`, 'ftruncate 0']);
    expect(read()).toBe(KRATOS);
  },
);

describe('at a terminal', () => {
  test.each([
    ['y\r', 0, true],
    ['\r', 0, false],
    ['\u0003', 130, false],
  ])('the keys %j end it with %d', async (keys, code, changes) => {
    const { folder, read } = aKratosFile();
    const session = runAtTerminal('actions apply --kratos kratos.yml', { folder, variables: HOOKS });
    await session.shown('Change kratos.yml?');
    session.press(keys);
    expect(await session.exitCode).toBe(code);
    expect(read() !== KRATOS).toBe(changes);
    expect(await session.output).not.toContain(SECRET);
  });

  test('an edit of the file by someone else during the question is kept', async () => {
    const { folder, read } = aKratosFile();
    const session = runAtTerminal('actions apply --kratos kratos.yml', { folder, variables: HOOKS });
    await session.shown('Change kratos.yml?');
    writeFileSync(join(folder, 'kratos.yml'), `${KRATOS}# mine\r\n`);
    session.press('y\r');
    expect(await session.exitCode).toBe(1);
    expect(await session.output).toContain('was changed by someone else');
    expect(read()).toBe(`${KRATOS}# mine\r\n`);
  });
});

describe('actions apply and remove on a project of Ory Network', () => {
  const run = (sandbox: Sandbox, args: string[], variables: object = {}) =>
    runCommand(['actions', ...args, '--yes'], {
      folder: newFolder(),
      variables: { ...HOOKS, ...consoleOf(sandbox), ...variables },
    });

  test('puts the hooks before `session` once, and remove leaves the project as it was', async () => {
    const sandbox = await aSandbox();
    await patchProject(sandbox, [
      { op: 'replace', path: `${METHODS}/oidc/enabled`, value: true },
      { op: 'replace', path: `${METHODS}/passkey/enabled`, value: true },
    ]);
    const before = await config(sandbox);
    const first = await run(sandbox, ['apply', '--json']);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ changed: true, warnings: [] });
    expect(first.stdout + first.stderr).not.toContain(SECRET);
    const applied = await config(sandbox);
    const ours = (event: string) => `https://sync.example.com/zoho/sync-contact?event=${event}`;
    const at = (...path: string[]) => kinds(hooksAt(applied, path));
    expect(at('registration', 'after', 'password')).toEqual([ours('registration'), 'session']);
    expect(at('registration', 'after', 'oidc')).toEqual([ours('registration'), 'session']);
    expect(at('registration', 'after', 'passkey')).toEqual([ours('registration')]);
    expect(at('registration', 'after', 'webauthn')).toEqual(['session']);
    expect(at('settings', 'after', 'profile')).toEqual([ours('settings')]);
    expect(at('verification', 'after')).toEqual([ours('verification')]);

    expect((await run(sandbox, ['apply'])).stdout).toContain('Nothing to change');
    expect(await config(sandbox)).toEqual(applied);

    expect((await run(sandbox, ['apply'], { ORY_WEBHOOK_SECRET: 'n3w' })).stdout).toMatch(/^updated /);
    expect(JSON.stringify(await config(sandbox))).not.toContain(SECRET);

    expect((await run(sandbox, ['remove'])).code).toBe(0);
    expect(await config(sandbox)).toEqual(before);
  });

  test("Ory's warnings are passed on", async () => {
    const sandbox = await aSandbox();
    await sandbox.control.addFault({
      on: { operation: 'ory_console', containing: '"op"' },
      times: 1,
      effect: { status: 200, body: '{"project":{},"warnings":[{"code":1,"message":"serve was ignored"}]}' },
    });
    const { code, stderr } = await run(sandbox, ['apply']);
    // The fault answers instead of the project, so a read afterwards shows no change.
    expect(code).toBe(1);
    expect(stderr).toContain('serve was ignored');
    expect(stderr).toContain('does not show it');
  });

  test.each<[string, object, number, string]>([
    ['no project', { ORY_PROJECT: '' }, 2, 'ORY_PROJECT'],
    ['a wrong key', { ORY_WORKSPACE_API_KEY: 'ory_wak_wrong' }, 4, 'ory_wak_'],
    ['another project', { ORY_PROJECT: 'bbbbbbbb-0000-4000-8000-000000000000' }, 2, 'ORY_PROJECT'],
    ['an address without TLS', { ORY_CONSOLE_URL: 'http://api.example.com' }, 2, 'ORY_CONSOLE_URL'],
    ['no server there', { ORY_CONSOLE_URL: 'http://127.0.0.1:9' }, 1, 'ORY_CONSOLE_URL'],
  ])('%s: reported with the next step', async (_name, variables, code, message) => {
    const sandbox = await aSandbox();
    const result = await run(sandbox, ['apply'], variables);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(message);
    for (const secret of [SECRET, sandbox.ory.workspaceKey, 'ory_wak_wrong']) {
      expect(result.stderr).not.toContain(secret);
    }
  });

  test('a project that someone else changes during the question is left alone', async () => {
    const sandbox = await aSandbox();
    const session = runAtTerminal('actions apply', {
      folder: newFolder(),
      variables: { ...HOOKS, ...consoleOf(sandbox) },
    });
    await session.shown('Change project');
    await patchProject(sandbox, [{ op: 'replace', path: `${METHODS}/oidc/enabled`, value: true }]);
    const changed = await config(sandbox);
    session.press('y\r');
    expect(await session.exitCode).toBe(1);
    expect(await config(sandbox)).toEqual(changed);
  });
});

const METHODS = '/services/identity/config/selfservice/methods';

function consoleOf({ ory }: Sandbox): Record<string, string> {
  return {
    ORY_CONSOLE_URL: ory.consoleUrl,
    ORY_PROJECT: ory.project,
    ORY_WORKSPACE_API_KEY: ory.workspaceKey,
  };
}

async function patchProject(sandbox: Sandbox, patch: object[]): Promise<void> {
  const response = await project(sandbox, { method: 'PATCH', body: JSON.stringify(patch) });
  expect(response.status).toBe(200);
}

async function config(sandbox: Sandbox): Promise<unknown> {
  const json: unknown = await (await project(sandbox)).json();
  return ['services', 'identity', 'config'].reduce(valueAt, json);
}

function project({ ory }: Sandbox, init: RequestInit = {}): Promise<Response> {
  return fetch(`${ory.consoleUrl}/projects/${ory.project}`, {
    ...init,
    headers: { authorization: `Bearer ${ory.workspaceKey}` },
  });
}

function valueAt(here: unknown, key: string): unknown {
  return isJsonObject(here) ? here[key] : undefined;
}

function hooksAt(config: unknown, path: readonly string[]): JsonObject[] {
  const found = ['selfservice', 'flows', ...path, 'hooks'].reduce(valueAt, config);
  return Array.isArray(found) ? found.filter((hook) => isJsonObject(hook)) : [];
}

/** The URL of a web_hook, the kind of any other hook. */
function kinds(hooks: readonly JsonObject[]): unknown[] {
  return hooks.map((hook) => valueAt(hook['config'], 'url') ?? hook['hook']);
}

/** Runs shell text with an `ory` that checks its arguments and prints the path of its --add. */
function runByShell(commands: string): string[] {
  const secret = SECRET.replaceAll("'", `'\\''`);
  const ory = `ory() { printf '%s\n' "\${6%%=*}"; printf '%s' "\${6#*=}" | grep -qF '${secret}' || echo 'no secret'; }`;
  const env = { ...process.env, ORY_PROJECT: 'p' };
  return execFileSync('sh', ['-euc', `${ory}\n${commands}`], { env, encoding: 'utf8' })
    .trim()
    .split('\n');
}
