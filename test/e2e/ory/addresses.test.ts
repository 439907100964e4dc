import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const USER = 'jörg';
const PASSWORD = 'p@ss:wörd-of-the-gate';
const CREDENTIALS = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;

/** Ory behind a proxy that asks for a user and a password (RFC 7617), as nginx does. */
async function behindAGate(sandbox: Sandbox): Promise<string> {
  const wanted = `Basic ${Buffer.from(`${USER}:${PASSWORD}`, 'utf8').toString('base64')}`;
  const server = createServer((incoming, answer) => {
    if (incoming.headers.authorization !== wanted) {
      answer.writeHead(401, { 'www-authenticate': 'Basic' }).end('<h1>401 Authorization Required</h1>');
      return;
    }
    const headers = { ...incoming.headers, authorization: `Bearer ${sandbox.ory.apiKey}` };
    const onward = request(`${sandbox.ory.adminUrl}${incoming.url}`, { method: incoming.method, headers });
    onward.once('response', (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const rows = z.array(z.object({ ory: z.string().nullable() }));

describe('a user and a password in ORY_ADMIN_URL', () => {
  it('are sent as Basic authorization, and neither shown nor kept in the store', async () => {
    const sandbox = await aSandbox();
    const host = await behindAGate(sandbox);
    const gate = { ORY_ADMIN_URL: `http://${CREDENTIALS}@${host}/`, ORY_PROJECT_API_KEY: '' };
    const serve = await aServe(sandbox, { variables: gate });
    const { id } = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    // A snapshot without times must be read from Ory first.
    await serve.send({ id, traits: { email: 'ann@example.org' } }, 'registration');
    await eventually(() => serve.outcomes(id).includes('created'));

    const { folder } = serve;
    const variables = { ...connectionTo(sandbox, folder), ...gate };
    const found = await diagnose(sandbox, { folder, variables });
    expect(found.of('ory')).toEqual([expect.stringMatching(`^ok ${host} gives `)]);
    const synced = await runCommand(['sync', '--id', id], { folder, variables });
    expect(synced.code).toBe(0);
    const shown = await runCommand(['config', 'show'], { folder, variables });
    for (const text of [serve.stderr, found.stdout, synced.stderr, shown.stdout])
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), CREDENTIALS])
        expect(text).not.toContain(secret);
    expect(rows.parse(serve.rows('SELECT ory FROM store'))).toEqual([{ ory: `http://${host}` }]);
  });

  it('that are wrong: doctor says that Ory refuses them', async () => {
    const sandbox = await aSandbox();
    const host = await behindAGate(sandbox);
    const variables = {
      ORY_ADMIN_URL: `http://somebody:${PASSWORD.length}-wrong@${host}`,
      ORY_PROJECT_API_KEY: '',
    };
    const found = await diagnose(sandbox, { variables });
    expect(found.of('ory')).toEqual([
      expect.stringMatching(/^fail .*answered 401.*user and password in ORY_ADMIN_URL/),
    ]);
  });

  it('are saved by init with the address, and shown nowhere', async () => {
    const sandbox = await aSandbox();
    const host = await behindAGate(sandbox);
    const { zoho } = sandbox;
    const folder = newFolder();
    const variables = {
      ZOHO_CLIENT_ID: zoho.clientId,
      ZOHO_CLIENT_SECRET: zoho.clientSecret,
      ZOHO_REFRESH_TOKEN: zoho.refreshToken,
      ZOHO_API_BASE_URL: zoho.apiBaseUrl(),
      ZOHO_ACCOUNTS_URL: zoho.accountsUrl,
    };
    const flags = [
      '--adopt-unverified',
      'true',
      '--test-contact',
      'no',
      '--ory-url',
      `http://${CREDENTIALS}@${host}`,
      '--connect',
      'keep',
      '--ory-id-field',
      'none',
    ];
    const init = await runCommand(['init', '--yes', '--adopt', 'overwrite', ...flags], { folder, variables });
    expect(init).toMatchObject({ code: 0 });
    expect(init.stdout + init.stderr).toContain(`http://${host}`);
    expect(init.stdout + init.stderr).not.toMatch(/rd-of-the-gate/);
    const found = await diagnose(sandbox, {
      folder,
      variables: { ...variables, ORY_ADMIN_URL: '', ORY_PROJECT_API_KEY: '', ORY_WEBHOOK_SECRET: '' },
    });
    expect(found.of('ory')).toEqual([expect.stringMatching(`^ok ${host} gives `)]);
  });
});

describe('an almost correct Ory address', () => {
  it('ends with /admin, and doctor says that it should not', async () => {
    const sandbox = await aSandbox();
    const found = await diagnose(sandbox, { variables: { ORY_ADMIN_URL: `${sandbox.ory.adminUrl}/admin` } });
    expect(found.of('ory')).toEqual([expect.stringMatching(/^fail .*should probably not end with \/admin/)]);
  });

  it('has https where the server speaks http: doctor says so in words, for the public address too', async () => {
    const sandbox = await aSandbox();
    const https = sandbox.ory.adminUrl.replace('http:', 'https:');
    const found = await diagnose(sandbox, {
      variables: { ORY_ADMIN_URL: https, ORY_ZOHO_PUBLIC_URL: https },
    });
    for (const check of ['ory', 'public_url']) {
      expect(found.of(check)).toEqual([expect.stringMatching(/^fail .*speaks plain http, not https/)]);
    }
    expect(found.stdout).not.toMatch(/SSL routines|wrong version|EPROTO/);
  });

  it('has http where the server speaks https: doctor recognizes the answers of Go and of nginx', async () => {
    const answers = [
      'Client sent an HTTP request to an HTTPS server.\n',
      '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
    ];
    for (const body of answers) {
      const server = createServer((_incoming, answer) => void answer.writeHead(400).end(body));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const found = await diagnose(await aSandbox(), {
        variables: { ORY_ADMIN_URL: `http://127.0.0.1:${port}` },
      });
      expect(found.of('ory')).toEqual([expect.stringMatching(/^fail .*speaks https, not http/)]);
    }
  });
});
