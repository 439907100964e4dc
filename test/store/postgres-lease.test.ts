import { once } from 'node:events';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { Leases } from '../../src/sync/delivery/leases.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { claimPerson } from './fixtures.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

test('rule 9: a call over a dead connection is ended before another process may claim its rows', async () => {
  const url = await server.newDatabase();
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  const store = await openStore(url.replace(String(server.port), String(proxy.port)));
  const leases = new Leases(store);
  const { token } = await claimPerson(store);
  const signal = leases.keep(token);
  proxy.goDead({ forNew: true });
  await once(signal, 'abort');
  const [row] = await server.run(
    'SELECT lease_until > extract(epoch FROM clock_timestamp()) * 1000 AS held FROM outbox',
    url,
  );
  leases.drop(token);
  expect(row).toEqual({ held: true });
  proxy.close();
  await store.close();
});
