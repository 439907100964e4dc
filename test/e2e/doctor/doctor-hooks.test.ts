import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../processes/command.ts';
import { diagnose, hookTo, writeKratos } from '../processes/doctor-run.ts';
import { SECRET, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const HOST = 'https://sync.example.com';
const SESSION = { hook: 'session' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server that is not serve. */
async function otherServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

describe('doctor --kratos', () => {
  const good = { signUp: [hookTo(HOST, 'registration'), SESSION], profile: [hookTo(HOST, 'settings')] };

  it('works without a network and without a configuration: exit 0 for correct hooks', async () => {
    const folder = newFolder();
    const kratos = writeKratos(folder, good);
    const result = await runCommand(['doctor', '--kratos', kratos], { folder });
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(
      /^ok {4}hooks +in place at .*: registration\.after\.password, settings\.after\.profile$/m,
    );
    expect(result.stdout).toMatch(/^warn {2}configuration +no connection is configured here/m);
  });

  it('compares with the configuration if there is one', async () => {
    const folder = newFolder();
    const kratos = writeKratos(folder, good);
    const variables = {
      ORY_WEBHOOK_SECRET: 'another-secret-than-in-the-file',
      ORY_ZOHO_PUBLIC_URL: 'https://new.example',
    };
    const result = await runCommand(['doctor', '--kratos', kratos], { folder, variables });
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('calls https://sync.example.com, not https://new.example');
    expect(result.stdout).toContain('sends another secret than ORY_WEBHOOK_SECRET');
    expect(result.stdout).toContain(`-> Run: ory-zoho actions apply --kratos ${kratos}`);
    for (const secret of [SECRET, 'another-secret-than-in-the-file'])
      expect(result.stdout).not.toContain(secret);
  });

  it.each([
    [
      'shadowed by session',
      { signUp: [SESSION], profile: good.profile, signUpOfAll: [hookTo(HOST, 'registration')] },
      /registration\.after\.password: has hooks of its own, so the hook in registration\.after\.hooks never runs/,
    ],
    [
      'pre-persist',
      { ...good, profile: [hookTo(HOST, 'settings', { response: { parse: true } })] },
      /settings\.after\.profile: runs before the identity is saved/,
    ],
    ['missing', { ...good, signUp: [SESSION] }, /registration\.after\.password: has no hook to serve/],
  ])('fails for a hook that is %s', async (_what, hooks, expected) => {
    const folder = newFolder();
    const kratos = writeKratos(folder, hooks);
    const result = await runCommand(['doctor', '--kratos', kratos], { folder });
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(expected);
  });

  it('checks the lists of a JSON file like those of YAML', async () => {
    const folder = newFolder();
    const kratos = join(folder, 'kratos.json');
    const silent = { registration: { after: { oidc: { hooks: [SESSION] } } } };
    const methods = { oidc: { enabled: true } };
    writeFileSync(kratos, JSON.stringify({ selfservice: { methods, flows: silent } }, null, '\t'));
    const result = await runCommand(['doctor', '--kratos', kratos], { folder });
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(
      /registration\.after\.oidc: has no hook to serve: a sign-up goes unnoticed/,
    );
    expect(result.stdout).toContain('-> Run: ory-zoho actions print, and add the hooks by hand');
    expect(result.stdout).not.toContain('actions apply');
  });

  it('accepts a hook whose address is filled in later, and says that Kratos does not', async () => {
    const folder = newFolder();
    const kratos = writeKratos(folder, { ...good, signUp: [hookTo('${SYNC_URL}', 'registration'), SESSION] });
    const result = await runCommand(['doctor', '--kratos', kratos], { folder });
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain('has no hook to serve');
    expect(result.stdout).toMatch(
      /^warn +hooks +registration\.after\.password: has a placeholder in its address, which Kratos does not fill in/m,
    );
  });

  it.each([
    ['is not there', undefined, /kratos\.yml cannot be read/],
    ['is not YAML', 'a: [', /not valid YAML/],
    ['is something else', 'services: []', /no `selfservice`/],
    ['has a secret in broken YAML', `dsn: "${SECRET}\nx: [`, /not valid YAML/],
  ])('fails for a file that %s, and shows nothing of it', async (_what, content, expected) => {
    const folder = newFolder();
    const kratos = join(folder, 'kratos.yml');
    if (content !== undefined) writeFileSync(kratos, content);
    const result = await runCommand(['doctor', '--kratos', kratos], { folder });
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(expected);
    expect(result.stdout).not.toContain(SECRET);
  });
});

describe('doctor and a project of Ory Network', () => {
  it('reads its hooks, and says which are missing', async () => {
    const sandbox = await aSandbox();
    const { consoleUrl, project, workspaceKey } = sandbox.ory;
    const variables = {
      ORY_CONSOLE_URL: consoleUrl,
      ORY_PROJECT: project,
      ORY_WORKSPACE_API_KEY: workspaceKey,
    };
    const diagnosis = await diagnose(sandbox, { variables });
    expect(diagnosis.of('hooks')).toContainEqual(
      'fail registration.after.password: has no hook to serve: a sign-up goes unnoticed -> Run: ory-zoho actions apply',
    );
    const wrongKey = await diagnose(sandbox, {
      variables: { ...variables, ORY_WORKSPACE_API_KEY: 'ory_wak_no' },
    });
    expect(wrongKey.of('hooks')).toEqual([
      expect.stringMatching(/^fail .*answered 401.* -> Set ORY_WORKSPACE_API_KEY/),
    ]);
  });
});

describe('doctor and the public URL', () => {
  const publicUrl = async (url: string, more = {}) => {
    const variables = { ORY_ZOHO_PUBLIC_URL: url, ...more };
    return (await diagnose(await aSandbox(), { variables })).of('public_url');
  };

  it('of a serve with another secret: fails', async () => {
    const serve = await aServe(await aSandbox(), {
      variables: { ORY_WEBHOOK_SECRET: 'another-secret-of-serve' },
    });
    expect(await publicUrl(serve.url)).toEqual([
      expect.stringMatching(/^fail serve at .* has another ORY_WEBHOOK_SECRET/),
    ]);
  });

  it('of a server that is not serve: fails, and the secret was not sent', async () => {
    const seen: string[] = [];
    const url = await otherServer((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.statusCode = 200;
      response.end('<html>hello</html>');
    });
    expect(await publicUrl(url)).toEqual([
      expect.stringMatching(/^fail the server at .* is not serve \(200\)/),
    ]);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join()).not.toContain(SECRET);
  });

  it('that redirects: fails, because Ory would turn the webhook into a GET', async () => {
    const url = await otherServer((_request, response) => {
      response.writeHead(301, { location: 'https://sync.example.com/' }).end();
    });
    expect(await publicUrl(url)).toEqual([expect.stringMatching(/^fail .* redirects \(301\)/)]);
  });

  it('behind a gateway with serve down: a warning', async () => {
    const url = await otherServer((_request, response) => {
      response.writeHead(502).end('Bad Gateway');
    });
    expect(await publicUrl(url)).toEqual([expect.stringMatching(/^warn .* answers 502/)]);
  });

  it('of a host that does not exist: fails', async () => {
    expect(await publicUrl('http://sync.invalid')).toEqual([
      expect.stringMatching(/^(fail http:\/\/sync\.invalid: .*ENOTFOUND|warn nothing answers .*EAI_AGAIN)/),
    ]);
  });

  it('that is invalid: fails', async () => {
    expect(await publicUrl('sync.example.com')).toEqual([expect.stringMatching(/^fail .*not a plain http/)]);
  });
});
