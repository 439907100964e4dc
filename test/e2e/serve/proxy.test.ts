import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { freePort } from '../../free-port.ts';
import { HttpProxy } from '../../http-proxy.ts';
import { runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

const skipped = spawnSync('openssl', ['version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped) process.stderr.write('test/e2e/serve/proxy.test.ts is skipped in part: no `openssl` on PATH\n');

const EU = ['www.zohoapis.eu', 'accounts.zoho.eu'];

/** A certificate issued by our own authority. */
function certificate(names: readonly string[]): { key: Buffer; cert: Buffer; file: string } {
  const folder = newFolder();
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const alternative = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  const options = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-addext', alternative];
  spawnSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', file, '-days', '2']);
  return { key: readFileSync(key), cert: readFileSync(file), file };
}

/** The sandbox as Zoho's European hosts: over TLS, with the European API host in the answers about tokens. */
async function europeanZoho(sandbox: Sandbox): Promise<{ port: number; authority: string }> {
  const origin = new URL(sandbox.zoho.accountsUrl);
  const { key, cert, file } = certificate(EU);
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: origin.hostname, port: origin.port, method, path, headers });
    incoming.pipe(onward);
    onward.once('response', (answer) => {
      void text(answer).then((body) => {
        const { 'content-length': _old, 'transfer-encoding': _chunked, ...others } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, others);
        outgoing.end(body.replaceAll(origin.origin, `https://${EU[0]}`));
      });
    });
  });
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, authority: file };
}

async function aProxy(secure: number, plain: number): Promise<{ proxy: HttpProxy; port: number }> {
  const proxy = new HttpProxy({ secure, plain });
  onTestFinished(() => proxy.close());
  return { proxy, port: await proxy.listen() };
}

describe('with a proxy in the environment', () => {
  it.skipIf(skipped)(
    'serve and doctor reach Zoho and Ory through it, and this machine directly',
    async () => {
      const sandbox = await aSandbox();
      const zoho = await europeanZoho(sandbox);
      const { proxy, port } = await aProxy(zoho.port, Number(new URL(sandbox.ory.adminUrl).port));
      const variables = {
        ZOHO_DATA_CENTER: 'eu',
        ZOHO_API_BASE_URL: `https://${EU[0]}/crm/v8`,
        ZOHO_ACCOUNTS_URL: '',
        ORY_ADMIN_URL: 'http://kratos.test:4434',
        ORY_PROJECT_API_KEY: sandbox.ory.apiKey,
        HTTPS_PROXY: `http://me:p%40ssword-of-the-proxy@127.0.0.1:${port}`,
        http_proxy: `127.0.0.1:${port}`,
        NO_PROXY: 'elsewhere.example',
        NODE_EXTRA_CA_CERTS: zoho.authority,
      };
      const serve = await aServe(sandbox, { variables });
      const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
      await serve.send(identity, 'registration');
      await eventually(() => serve.outcomes(identity.id).includes('created'));

      const found = await diagnose(sandbox, { variables: { ...variables, ORY_ZOHO_PUBLIC_URL: serve.url } });
      expect(found.of('token')).toEqual([expect.stringMatching(/^ok /)]);
      expect(found.of('ory')).toEqual([expect.stringMatching(/^ok /)]);
      expect(found.of('public_url')).toEqual([expect.stringMatching(/^ok /)]);

      expect([...new Set(proxy.asked)].toSorted()).toEqual([
        ...EU.map((host) => `CONNECT ${host}:443`).toSorted(),
        'GET http://kratos.test:4434',
      ]);
      const secret = `Basic ${Buffer.from('me:p@ssword-of-the-proxy').toString('base64')}`;
      expect(proxy.credentials).toContain(secret);
      expect(serve.stderr + found.stdout + found.stderr).not.toMatch(/ssword-of-the-proxy/);
    },
  );

  it('that does not exist, Zoho is not reached, and doctor names it', async () => {
    const port = await freePort();
    const found = await diagnose(await aSandbox(), {
      variables: {
        ZOHO_DATA_CENTER: 'eu',
        ZOHO_API_BASE_URL: '',
        ZOHO_ACCOUNTS_URL: '',
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
      },
    });
    expect(found.of('token')).toEqual([
      expect.stringMatching(`^fail No connection: accounts.zoho.eu: through the proxy 127.0.0.1:${port}: `),
    ]);
  });

  it('that is invalid, serve does not start, and doctor names the variable but shows none of its value', async () => {
    const sandbox = await aSandbox();
    const variables = { HTTPS_PROXY: 'socks9://me:hush-of-the-proxy@x y' };
    const serve = aRefusedServe(sandbox, { variables });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('HTTPS_PROXY');
    const found = await diagnose(sandbox, { variables });
    expect(found.of('configuration')).toEqual([
      expect.stringMatching(/^fail HTTPS_PROXY is not the address/),
    ]);
    expect(serve.stderr + found.stdout).not.toContain('hush-of-the-proxy');
  });
});

it('init goes through the proxy too', async () => {
  const sandbox = await aSandbox();
  const { proxy, port } = await aProxy(await freePort(), Number(new URL(sandbox.ory.adminUrl).port));
  const folder = newFolder();
  const { code } = await runCommand(
    [
      'init',
      '--yes',
      '--ory-url',
      'http://kratos.test:4434',
      '--connect',
      'self-client',
      '--client-id',
      '1000.X',
      '--code',
      '1000.Y',
      '--data-center',
      'eu',
    ],
    {
      folder,
      variables: {
        HTTP_PROXY: `http://127.0.0.1:${port}`,
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
        ORY_PROJECT_API_KEY: sandbox.ory.apiKey,
        ZOHO_CLIENT_SECRET: 'a-client-secret',
      },
    },
  );
  expect(code).toBe(1);
  expect(new Set(proxy.asked)).toEqual(
    new Set(['GET http://kratos.test:4434', 'CONNECT accounts.zoho.eu:443']),
  );
});
