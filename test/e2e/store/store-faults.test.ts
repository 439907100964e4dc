import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SECRET, eventually, newFolder } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

const root = process.getuid?.() === 0;

describe('a store that cannot be used at the start', () => {
  it.each([
    ['is a folder', (folder: string) => mkdirSync(`${folder}/store.db`)],
    ['is not a database', (folder: string) => writeFileSync(`${folder}/store.db`, 'x'.repeat(5_000))],
  ])('that %s: exit 2, with the path and the next step', async (_what, prepare) => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    prepare(folder);
    const serve = aRefusedServe(sandbox, { folder });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain(serve.storePath);
    expect(serve.stderr).toMatch(/DATABASE_URL/);
  });

  it('that is read-only for this user: exit 2', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    await first.stop();
    spawnSync('chmod', ['-R', 'a+rX,a-w', first.folder]);
    // The superuser may write anywhere, another user may not.
    const through = root ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : [];
    const serve = aRefusedServe(sandbox, { folder: first.folder, through });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toMatch(/read-only|cannot be opened|cannot be read or written/);
  });

  it('of another Zoho connection: exit 2, and nothing is written there', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    await first.stop();
    const serve = aRefusedServe(sandbox, {
      folder: first.folder,
      variables: { ZOHO_CLIENT_ID: '1000.OTHER' },
    });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('belongs to another Zoho connection');
  });
});

describe('a store that stops working', () => {
  it('busy with another process: 503 with Retry-After 5, and Ory succeeds at its next try', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const other = new DatabaseSync(serve.storePath, { timeout: 10_000 });
    other.exec('BEGIN IMMEDIATE');
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    const answer = await serve.send(identity, 'registration');
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('store_busy') });
    // The wait for the lock does not stop the server.
    expect((await fetch(`${serve.url}/health`)).status).toBe(200);
    other.exec('ROLLBACK');
    other.close();
    // The next heartbeat sees that it is over.
    await eventually(async () => (await serve.send(identity, 'registration')).status === 200);
    await eventually(() => serve.outcomes(identity.id).length === 1);
  });

  it('full: 503 with Retry-After 30; what was acknowledged is delivered', async () => {
    const sandbox = await aSandbox();
    // A limit on the size of files stands in for a full disk.
    const through = ['sh', '-c', `trap '' XFSZ; ulimit -f 1500; exec "$@"`, 'sh'];
    const serve = await aServe(sandbox, { through });
    await sandbox.control.setDown(true);
    const signUp = async (email: string) => {
      const { id } = await sandbox.control.createIdentity({ traits: { email } });
      const time = '2026-01-01T00:00:00Z';
      const traits = { email, bio: 'x'.repeat(50_000) };
      const answer = await fetch(`${serve.url}/zoho/sync-contact`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
        body: JSON.stringify({ identity: { id, traits, created_at: time, updated_at: time } }),
      });
      return { id, answer };
    };
    const acknowledged: string[] = [];
    for (;;) {
      const { id, answer } = await signUp(`p${acknowledged.length}@example.org`);
      if (answer.status === 200) {
        acknowledged.push(id);
        continue;
      }
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('30');
      break;
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    // serve is still alive and answers as before.
    expect((await signUp('one.more@example.org')).answer.status).toBe(503);
    expect((await fetch(`${serve.url}/health/alive`)).status).toBe(200);
    await serve.kill();
    await sandbox.control.setDown(false);
    const again = await aServe(sandbox, { folder: serve.folder });
    await eventually(() => acknowledged.every((id) => again.outcomes(id).length === 1));
    expect(await sandbox.control.contacts()).toHaveLength(acknowledged.length);
  });

  it('in an unforeseen way: 500, and the log has the cause, but no data of the identity', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    serve.change(
      "CREATE TRIGGER refuse BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'the cause, as the store tells it'); END",
    );
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    expect((await serve.send(identity, 'registration')).status).toBe(500);
    const line = await serve.logged(({ msg }) => msg.includes('the cause, as the store tells it'));
    expect(line).toMatchObject({
      level: 50,
      path: '/zoho/sync-contact',
      stack: expect.stringContaining(' at '),
    });
    expect(JSON.stringify(line)).not.toContain('ann@example.org');
  });

  it('two serves on one file share the work: each sign-up once, one token for both', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    const second = await aServe(sandbox, { folder: first.folder });
    const people = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        sandbox.control.createIdentity({ traits: { email: `p${index}@example.org`, name: `P${index}` } }),
      ),
    );
    await Promise.all(
      people.map(async (identity, index) => {
        const serve = index % 2 === 0 ? first : second;
        expect((await serve.send(identity, 'registration')).status).toBe(200);
      }),
    );
    await eventually(() =>
      people.every(({ id }) => first.outcomes(id).length + second.outcomes(id).length === 1),
    );
    const contacts = await sandbox.control.contacts();
    expect(contacts).toHaveLength(40);
    expect(contacts.every(({ writes }) => writes === 1)).toBe(true);
    expect((await sandbox.control.counters()).tokens_issued).toBe(1);
  });
});

describe('configuration', () => {
  it('without its variables serve names all that are missing, and exits 2', async () => {
    const sandbox = await aSandbox();
    const serve = aRefusedServe(sandbox, { variables: { ORY_WEBHOOK_SECRET: '', ZOHO_CLIENT_ID: '' } });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('ORY_WEBHOOK_SECRET');
    expect(serve.stderr).toContain('ZOHO_CLIENT_ID');
  });

  it.each([
    ['a host that is not Zoho', { ZOHO_API_BASE_URL: 'https://zohoapis.example.com/crm/v8' }],
    [
      'hosts of two data centers',
      { ZOHO_API_BASE_URL: 'https://www.zohoapis.eu/crm/v8', ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.com' },
    ],
    ['a port that is none', { PORT: 'http' }],
    ['a mapping that is not there', { ORY_ZOHO_MAPPING: 'nowhere.yaml' }],
    ['a store of another kind', { DATABASE_URL: 'mysql://x' }],
  ])('%s: exit 2 with the next step', async (_what, variables) => {
    const sandbox = await aSandbox();
    const serve = aRefusedServe(sandbox, { variables });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).not.toMatch(/\n\s+at /);
    expect(serve.stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2);
  });

  it('a user’s mapping file decides the fields', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    writeFileSync(
      `${folder}/ory-zoho.mapping.yaml`,
      `fields:\n  Email: email\n  Last_Name: last_name\n  Lead_Source: { value: "'Ory'", write: on-create }\n`,
    );
    const serve = await aServe(sandbox, { folder });
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann Lee' },
    });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const [contact] = await sandbox.control.contacts();
    expect(contact?.history[0]?.fields.toSorted()).toEqual(['Email', 'Last_Name', 'Lead_Source']);
  });
});
