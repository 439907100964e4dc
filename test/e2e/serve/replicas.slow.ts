import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../src/model/json.ts';
import { sendWebhook } from '../../../src/sandbox/ory/ory-webhook.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startPostgres } from '../../postgres-server.ts';
import type { PostgresServer } from '../../postgres-server.ts';
import { startTcpProxy } from '../../tcp-proxy.ts';
import { startRoundRobin } from './round-robin.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

/** More rows than one claim takes, so there is work for the others too. */
const PEOPLE = 150;
const VERSIONS = 4;

interface Replicas {
  readonly sandbox: Sandbox;
  readonly databaseUrl: string;
  readonly serves: ServeProcess[];
  /** The round robin in front of them. */
  readonly url: string;
}

async function threeReplicas(): Promise<Replicas> {
  const sandbox = await aSandbox();
  // Long enough for several replicas to make calls at the same time.
  await sandbox.control.configure({ latencyMs: 100 });
  const databaseUrl = await postgres.newDatabase();
  const start = () => aServe(sandbox, { variables: { DATABASE_URL: databaseUrl } });
  const serves = await Promise.all([start(), start(), start()]);
  return { sandbox, databaseUrl, serves, url: await startRoundRobin(() => serves.map(({ url }) => url)) };
}

const emailOf = (person: number) => `person${person}@example.org`;
const nameOf = (person: number, version: number) => `Person ${person} Version${version}`;

/** Sends a webhook until it is acknowledged, because a long outage outlasts Ory's three tries. */
async function deliver(url: string, identity: JsonObject, event: string): Promise<void> {
  const address = `${url}/zoho/sync-contact?event=${event}`;
  await eventually(async () => {
    const { status } = await sendWebhook(address, SECRET, identity, { retry: true, backoffMs: [50, 100] });
    return status === 200;
  });
}

/**
 * The first contact is in Zoho. From then on token and field list are at hand, and calls take their usual
 * time.
 */
async function arrived({ control }: Sandbox): Promise<void> {
  await eventually(async () => (await control.counters()).contacts['Contacts'] !== 0);
}

/**
 * Signs people up and changes each again and again. `meanwhile` gets the number of webhooks acknowledged so
 * far.
 */
async function load({ sandbox, url }: Replicas, meanwhile: (acknowledged: number) => void = () => {}) {
  let acknowledged = 0;
  const send = async (identity: JsonObject, event: string) => {
    await deliver(url, identity, event);
    acknowledged += 1;
    meanwhile(acknowledged);
  };
  await Promise.all(
    Array.from({ length: PEOPLE }, async (_, person) => {
      const traits = (version: number) => ({ email: emailOf(person), name: nameOf(person, version) });
      const identity = await sandbox.control.createIdentity({ traits: traits(1) });
      await send(identity, 'registration');
      await arrived(sandbox);
      for (let version = 2; version <= VERSIONS; version += 1) {
        const changed = await sandbox.control.updateIdentity(identity.id, { traits: traits(version) });
        await send(changed, 'settings');
      }
    }),
  );
}

/** Waits until the outbox is empty. Then each person has one contact, in its newest version. */
async function expectAllDelivered({ sandbox, databaseUrl }: Replicas): Promise<void> {
  await eventually(async () => {
    const rows = await postgres.run('SELECT COUNT(*)::int AS n FROM outbox', databaseUrl);
    return rows[0]?.['n'] === 0;
  });
  const contacts = await sandbox.control.contacts();
  const shown = contacts.map(({ fields }) => JSON.stringify([fields['Email'], fields['Last_Name']]));
  const newest = Array.from({ length: PEOPLE }, (_, person) => [emailOf(person), `Version${VERSIONS}`]);
  expect(shown.sort()).toEqual(newest.map((one) => JSON.stringify(one)).sort());
}

const writeBody = z.object({
  data: z.array(z.object({ id: z.string().optional(), Email: z.string().optional() })),
});

/** Records that two calls were writing at the same time. */
async function writtenTwiceAtOnce({ control }: Sandbox): Promise<string[]> {
  const emails = new Map((await control.contacts()).map(({ id, fields }) => [id, fields['Email']]));
  const calls = [...(await control.requests('upsert')), ...(await control.requests('update'))].map(
    (call) => ({
      ...call,
      records: writeBody
        .parse(JSON.parse(call.body ?? '{"data":[]}'))
        .data.map(({ id, Email }) => (id === undefined ? Email : emails.get(id))),
    }),
  );
  return calls.flatMap((one, index) =>
    calls
      .slice(index + 1)
      .filter((other) => one.startedAt < other.endedAt && other.startedAt < one.endedAt)
      .flatMap((other) => one.records.filter((record) => other.records.includes(record)).map(String)),
  );
}

describe('three replicas of serve on one Postgres', () => {
  it('deliver each change in order and never one record twice at once, with one access token', async () => {
    const replicas = await threeReplicas();
    const { sandbox, serves } = replicas;
    await load(replicas);
    await expectAllDelivered(replicas);
    expect(await writtenTwiceAtOnce(sandbox)).toEqual([]);
    for (const { writes } of await sandbox.control.contacts()) expect(writes).toBeLessThanOrEqual(VERSIONS);
    expect((await sandbox.control.counters()).tokens_issued).toBe(1);
    const busy = serves.filter(({ log }) => log.some(({ msg }) => msg === 'batch'));
    expect(busy.length).toBeGreaterThan(1);
    expect(await Promise.all(serves.map((serve) => serve.stop()))).toEqual([0, 0, 0]);
  });

  it('lose nothing when two of them are killed under way', async () => {
    const replicas = await threeReplicas();
    await load(replicas, (acknowledged) => {
      if (acknowledged === 30) void replicas.serves[0]?.kill();
      if (acknowledged === 60) void replicas.serves[1]?.kill();
    });
    await expectAllDelivered(replicas);
  });

  it.each(['fast', 'immediate'] as const)(
    'lose nothing when Postgres restarts under load (%s)',
    async (how) => {
      const replicas = await threeReplicas();
      let restarted: Promise<void> | undefined;
      await load(replicas, (acknowledged) => {
        if (acknowledged >= 40) restarted ??= postgres.stop(how).then(() => postgres.start());
      });
      await restarted;
      await expectAllDelivered(replicas);
      expect(replicas.serves.map(({ process }) => process.exitCode)).toEqual([null, null, null]);
    },
  );
});

describe('a replica whose connection to Postgres is silently dead', () => {
  it('loses nothing, goes on over a new connection, and stops normally', async () => {
    const proxy = await startTcpProxy(postgres.port);
    onTestFinished(() => proxy.close());
    const sandbox = await aSandbox();
    const databaseUrl = await postgres.newDatabase();
    const DATABASE_URL = databaseUrl.replace(String(postgres.port), String(proxy.port));
    const serve = await aServe(sandbox, { variables: { DATABASE_URL } });
    const replicas = { sandbox, databaseUrl, serves: [serve], url: serve.url };
    await load(replicas, (acknowledged) => {
      if (acknowledged === 40) proxy.goDead();
    });
    await expectAllDelivered(replicas);
    expect(await serve.stop()).toBe(0);
  });

  it('leaves its leased rows to another replica, which delivers them once', async () => {
    const proxy = await startTcpProxy(postgres.port);
    onTestFinished(() => proxy.close());
    const sandbox = await aSandbox();
    const databaseUrl = await postgres.newDatabase();
    const DATABASE_URL = databaseUrl.replace(String(postgres.port), String(proxy.port));
    const cutOff = await aServe(sandbox, { variables: { DATABASE_URL } });
    const hold = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { hold: 'before_commit' },
    });
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await cutOff.send(identity, 'registration');
    await sandbox.control.waitForHeld(hold);
    proxy.goDead({ forNew: true });
    const other = await aServe(sandbox, { variables: { DATABASE_URL: databaseUrl } });
    await eventually(() => other.outcomes(identity.id).length > 0);
    expect(other.outcomes(identity.id)).toEqual(['created']);
    await sandbox.control.release(hold);
    expect(await sandbox.control.contacts()).toHaveLength(1);
  });
});
