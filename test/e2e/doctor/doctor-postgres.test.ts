import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../postgres-server.ts';
import type { PostgresServer } from '../../postgres-server.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { aSandbox } from '../processes/setup.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

describe('doctor and a store on Postgres', () => {
  it('warns about a server that does not wait for its disk; all else is fine', async () => {
    const sandbox = await aSandbox();
    const DATABASE_URL = await postgres.newDatabase();
    const careless = await diagnose(sandbox, { variables: { DATABASE_URL } });
    expect(careless.of('store')).toEqual([expect.stringMatching(/^warn its fsync is off/)]);
    await postgres.run('ALTER SYSTEM SET fsync = on');
    await postgres.run('SELECT pg_reload_conf()');
    const careful = await diagnose(sandbox, { variables: { DATABASE_URL } });
    expect(careful.of('store')).toEqual([expect.stringMatching(/^ok PostgreSQL \d+/)]);
    expect(careful.of('token')).toEqual([expect.stringMatching(/^ok/)]);
  });

  it('that is read-only: fails, with what to look at on the server', async () => {
    const sandbox = await aSandbox();
    const DATABASE_URL = await postgres.newDatabase();
    await diagnose(sandbox, { variables: { DATABASE_URL } });
    const name = new URL(DATABASE_URL).pathname.slice(1);
    await postgres.run(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const diagnosis = await diagnose(sandbox, { variables: { DATABASE_URL } });
    expect(diagnosis.of('store')).toEqual([expect.stringMatching(/^fail .*read-only.* -> .*primary/)]);
  });

  it('that does not answer: fails with its address, and never the password', async () => {
    const sandbox = await aSandbox();
    const url = new URL(await postgres.newDatabase());
    url.port = '1';
    const diagnosis = await diagnose(sandbox, { variables: { DATABASE_URL: url.href } });
    expect(diagnosis.of('store')).toEqual([
      expect.stringMatching(/^fail The store postgres:\/\/127\.0\.0\.1:1\/test_\d+ does not answer/),
    ]);
    expect(diagnosis.stdout + diagnosis.stderr).not.toContain(url.password);
  });
});
