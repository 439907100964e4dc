import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startPostgres } from '../../postgres-server.ts';
import type { PostgresServer } from '../../postgres-server.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const OUTAGE_WEBHOOKS = 20;

/** A limit on the size of files stands in for a full disk. */
const SMALL_DISK = ['sh', '-c', `trap '' XFSZ; ulimit -S -f 1500; exec "$@"`, 'sh'];

const ready = async (serve: ServeProcess) => (await fetch(`${serve.url}/health/ready`)).status;

async function signUp(sandbox: Sandbox, serve: ServeProcess, email: string, bio = ''): Promise<number> {
  const { id } = await sandbox.control.createIdentity({ traits: { email } });
  const time = '2026-01-01T00:00:00Z';
  const answer = await fetch(`${serve.url}/zoho/sync-contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body: JSON.stringify({ identity: { id, traits: { email, bio }, created_at: time, updated_at: time } }),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function took(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

describe('a full disk', () => {
  it('is reported by /health/ready and status until there is room again', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { through: SMALL_DISK });
    await sandbox.control.setDown(true);
    const variables = connectionTo(sandbox, serve.folder);
    const status = async (through: readonly string[], ...flags: string[]) =>
      (await runCommand(['status', ...flags], { folder: serve.folder, variables, through })).stdout;
    const trouble = async (through: readonly string[]) => {
      const report: { store: object | null } = JSON.parse(await status(through, '--json'));
      return report.store;
    };
    expect(await ready(serve)).toBe(200);
    expect(await trouble(SMALL_DISK)).toBeNull();

    const large = 'x'.repeat(50_000);
    let webhook = 200;
    for (let n = 0; webhook === 200; n += 1)
      webhook = await signUp(sandbox, serve, `p${n}@example.org`, large);
    expect(webhook).toBe(503);
    expect(await ready(serve)).toBe(503);
    await eventually(async () => (await trouble(SMALL_DISK)) !== null);
    expect(await status(SMALL_DISK)).toMatch(/^Store +cannot store webhooks.* store .*\n +-> .* disk/m);
    // The state does not flicker: heartbeats and other small writes that succeed do not make it ready.
    expect(await ready(serve)).toBe(503);

    spawnSync('prlimit', ['--fsize=unlimited', '--pid', String(serve.process.pid)]);
    await eventually(async () => (await ready(serve)) === 200);
    expect(await signUp(sandbox, serve, 'last@example.org', large)).toBe(200);
    await eventually(async () => (await trouble([])) === null);
  });
});

describe('a Postgres that goes away (rule 30)', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  it('makes only the first requests wait, and its return is noticed', async () => {
    const sandbox = await aSandbox();
    const variables = { DATABASE_URL: await postgres.newDatabase() };
    const serve = await aServe(sandbox, { variables });
    expect(await ready(serve)).toBe(200);
    await postgres.stop('immediate');

    const first = await took(async () => {
      const people = Array.from({ length: OUTAGE_WEBHOOKS }, (_, n) => `p${n}@example.org`);
      const answers = [
        ...people.map((email) => signUp(sandbox, serve, email)),
        ...people.map(() => ready(serve)),
      ];
      expect(new Set(await Promise.all(answers))).toEqual(new Set([503]));
    });
    const next = await took(async () => {
      for (let n = 0; n < OUTAGE_WEBHOOKS; n += 1) {
        expect(await signUp(sandbox, serve, `next${n}@example.org`)).toBe(503);
        expect(await ready(serve)).toBe(503);
      }
    });
    expect(next).toBeLessThan(first);

    await postgres.start();
    await eventually(async () => (await ready(serve)) === 200);
    expect(await signUp(sandbox, serve, 'last@example.org')).toBe(200);
    await eventually(async () => (await sandbox.control.contacts()).length === 1);
  });
});
