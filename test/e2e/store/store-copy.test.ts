import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../postgres-server.ts';
import type { PostgresServer } from '../../postgres-server.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

describe('store copy', () => {
  it('moves from SQLite to Postgres: waiting rows are delivered, links hold, no new token is asked for', async () => {
    const sandbox = await aSandbox();
    const { control } = sandbox;
    const old = await aServe(sandbox);
    const ann = await control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann Lee' } });
    await old.send(ann, 'registration');
    await eventually(() => old.outcomes(ann.id).length === 1);
    await control.setDown(true);
    const bob = await control.createIdentity({ traits: { email: 'bob@example.org', name: 'Bob Roe' } });
    await old.send(bob, 'registration');
    await old.stop();
    await control.setDown(false);

    const DATABASE_URL = await postgres.newDatabase();
    const options = { folder: old.folder, variables: { ...connectionTo(sandbox, old.folder), DATABASE_URL } };
    const from = `sqlite:${old.storePath}`;
    const copy = await runCommand(['store', 'copy', '--from', from, '--json'], options);
    expect(copy).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(copy.stdout)).toMatchObject({ copied: { ledger: 1, outbox: 1, token: 1 } });

    const moved = await aServe(sandbox, { folder: old.folder, variables: { DATABASE_URL } });
    await eventually(() => moved.outcomes(bob.id).length === 1);
    const anna = await control.updateIdentity(ann.id, {
      traits: { email: 'ann@example.org', name: 'Anna Lee' },
    });
    await moved.send(anna, 'settings');
    await eventually(() => moved.outcomes(ann.id).length === 1);
    const contacts = (await control.contacts()).map(({ fields }) => [fields['Email'], fields['First_Name']]);
    expect(contacts.sort()).toEqual([
      ['ann@example.org', 'Anna'],
      ['bob@example.org', 'Bob'],
    ]);
    expect((await control.counters()).tokens_issued).toBe(1);
  });

  it('says what was copied and what comes next', async () => {
    const sandbox = await aSandbox();
    const old = await aServe(sandbox);
    await old.stop();
    const DATABASE_URL = await postgres.newDatabase();
    const options = { folder: old.folder, variables: { DATABASE_URL } };
    const { code, stdout, stderr } = await runCommand(
      ['store', 'copy', '--from', `sqlite:${old.storePath}`],
      options,
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Copied 0 known identities and 0 rows of the outbox.\n',
    });
    expect(stderr).toContain('set DATABASE_URL');
  });

  it('is refused while serve runs on the store', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const DATABASE_URL = await postgres.newDatabase();
    const options = { folder: serve.folder, variables: { DATABASE_URL } };
    const { code, stderr } = await runCommand(
      ['store', 'copy', '--from', `sqlite:${serve.storePath}`],
      options,
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${serve.process.pid}`);
  });

  it.each([
    ['neither store is named', [], /Neither --from nor --to/],
    ['a flag holds a password', ['--to', 'postgres://me:hunter2@db/x'], /--to has a password/],
    ['the old store is not there', ['--from', 'sqlite:nowhere.db'], /There is no store nowhere\.db/],
    ['both are one', ['--from', 'sqlite:a.db', '--to', 'sqlite:a.db'], /are the same store/],
  ])('%s: exit 2, and no password in the output', async (_what, flags, message) => {
    const folder = newFolder();
    const variables = { DATABASE_URL: `sqlite:${join(folder, 'new.db')}` };
    const { code, stdout, stderr } = await runCommand(['store', 'copy', ...flags], { folder, variables });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('hunter2');
  });
});
