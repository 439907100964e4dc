import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BackfillProcess } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { InitProcess, secretsOf } from '../processes/init-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

/**
 * A self-hosted Kratos without identities. Its admin port redirects `/schemas` to the public one with 307.
 */
async function emptyKratos(
  schemas: readonly string[],
): Promise<{ adminUrl: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const traits = { type: 'object', properties: { mail: { type: 'string', format: 'email' } } };
  const list = schemas.map((id) => ({ id, schema: { type: 'object', properties: { traits } } }));
  const publicUrl = await listening((request, response) => {
    asked.push(request);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(list));
  });
  const adminUrl = await listening(({ url = '' }, response) => {
    if (url.startsWith('/schemas')) response.writeHead(307, { location: `${publicUrl}${url}` }).end();
    else
      response.setHeader('content-type', 'application/json').end(url.startsWith('/admin/id') ? '[]' : '{}');
  });
  return { adminUrl, asked };
}

describe('a self-hosted Kratos without identities', () => {
  async function initAt(adminUrl: string, ...more: string[]) {
    const sandbox = await aSandbox();
    const args = ['--connect', 'self-client', '--client-id', sandbox.zoho.clientId];
    args.push('--code', await sandbox.control.issueCode(), '--ory-url', adminUrl);
    args.push('--ory-id-field', 'none', '--adopt', 'overwrite', ...more);
    const process = new InitProcess(sandbox, { variables: secretsOf(sandbox), args });
    expect(await process.exited).toBe(0);
    return process;
  }

  test('init names its schemas, and sends the key to no other address', async () => {
    const { adminUrl, asked } = await emptyKratos(['customer', 'staff']);
    const { stderr } = await initAt(adminUrl);
    expect(stderr).toContain('schema customer: its traits have');
    expect(stderr).toContain('schema staff: its traits have');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('init says that schemas cannot be read, and that http is not encrypted', async () => {
    const adminUrl = await listening(({ url = '' }, response) => {
      if (url.startsWith('/schemas'))
        response.writeHead(307, { location: 'http://127.0.0.1:9/schemas' }).end();
      else response.setHeader('content-type', 'application/json').end('[]');
    });
    const { stderr } = await initAt(adminUrl, '--public-url', 'http://sync.example.com');
    expect(stderr).toContain('The identity schemas cannot be read');
    expect(stderr).toMatch(
      /The public URL is plain http: .* go to sync\.example\.com in the clear\. Use https\./,
    );
  });

  test('backfill refuses a schema that Kratos does not have, and accepts one that it has', async () => {
    const { adminUrl } = await emptyKratos(['customer', 'staff']);
    const sandbox = await aSandbox();
    const folder = newFolder();
    const variables = { ...connectionTo(sandbox, folder), ORY_ADMIN_URL: adminUrl };
    for (const dry of [[], ['--dry-run']]) {
      const args = ['backfill', '--schema', 'costumer', ...dry];
      const { code, stdout, stderr } = await runCommand(args, { folder, variables });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Ory has no identity schema "costumer".\nIts schemas are: customer, staff.');
    }
    expect((await runCommand(['backfill', '--schema', 'staff'], { folder, variables })).code).toBe(0);
  });
});

test('actions warn about an http public URL, but not within a private network', async () => {
  const print = (url: string) =>
    runCommand(['actions', 'print', '--public-url', url], {
      folder: newFolder(),
      variables: { ORY_WEBHOOK_SECRET: 'a-secret-of-this-test' },
    });
  expect((await print('http://sync.example.com')).stderr).toContain('in the clear. Use https.');
  for (const url of ['http://ory-zoho:3000', 'http://10.0.0.7', 'https://sync.example.com']) {
    expect((await print(url)).stderr).toBe('');
  }
});

describe('counts', () => {
  test('backfill and its dry run count by reason in --json', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await sandbox.control.createIdentity({ traits: { name: 'Nobody' } });
    await sandbox.control.createIdentity({ traits: { email: 'no email' } });
    const last = async (...args: string[]) => (await new BackfillProcess(sandbox, args).end()).last;
    const skipped = { no_email: 1 };
    expect(await last('--dry-run')).toMatchObject({ event: 'done', reasons: { skipped } });
    expect(await last()).toMatchObject({
      event: 'done',
      reasons: { skipped, failed: { zoho_invalid_data: 1 } },
    });
  });

  test('backfill --json that is interrupted says on stderr how to go on', async () => {
    const sandbox = await aSandbox({ identities: 600 });
    await sandbox.control.setDown(true);
    const backfill = new BackfillProcess(sandbox);
    await backfill.until(({ event }) => event === 'page');
    backfill.process.kill('SIGINT');
    expect(await backfill.end()).toMatchObject({ code: 130, last: { event: 'stopped' } });
    expect(backfill.stderr).toMatch(/Run the same command again to go on from there\.\n$/);
  });

  test('status counts each delivery of 24 hours, also the second of an identity', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const traits = { email: 'ann@example.org', name: 'Ann' };
    const identity = await sandbox.control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { ...traits, name: 'Ann Lee' },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(identity.id).length === 2);
    const variables = connectionTo(sandbox, serve.folder);
    const { stdout } = await runCommand(['status', '--json'], { folder: serve.folder, variables });
    expect(JSON.parse(stdout)).toMatchObject({ deliveries: { last_24h: { created: 1, updated: 1 } } });
  });

  test('failed list --json has every row; a screen shows 100 and says so', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await serve.stop();
    const database = new DatabaseSync(join(serve.folder, 'store.db'), { timeout: 10_000 });
    database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
      INSERT INTO outbox (identity_id, kind, state, event, priority, hint, read_first, compare, verified, as_of,
          content_hash, mapping_hash, revision, put_at, due_at, marks, reason, message, failed_at)
        SELECT 'id-' || i, 'upsert', 'failed', 'registration', 1, 0, 0, 0, 0, i, '', '', i, 0, 0, '[]', 'zoho_error', 'no', i
          FROM n`);
    database.close();
    const list = async (...args: string[]) =>
      runCommand(['failed', 'list', ...args], {
        folder: serve.folder,
        variables: connectionTo(sandbox, serve.folder),
      });
    const count = async (...args: string[]) => JSON.parse((await list('--json', ...args)).stdout).length;
    expect([await count(), await count('--limit', '7')]).toEqual([250, 7]);
    const text = await list();
    expect(text.stdout.trimEnd().split('\n').length).toBe(103);
    expect(text.stderr).toContain('Showing 100 of 250');
  });
});
