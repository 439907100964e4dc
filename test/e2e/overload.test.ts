import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { SECRET } from './serve-process.ts';
import type { ServeProcess } from './serve-process.ts';
import { aSandbox, aServe } from './setup.ts';

const skipped = spawnSync('strace', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped) process.stderr.write('test/e2e/overload.test.ts is skipped: no `strace` on PATH\n');

/** Each commit takes a tenth of a second, as on a disk that others use. */
const SLOW_DISK = [
  'strace',
  '-D',
  '-f',
  '--seccomp-bpf',
  '-o',
  '/dev/null',
  '-e',
  'trace=fsync,fdatasync',
  '-e',
  'inject=fsync,fdatasync:delay_enter=100000',
];
/** More than the 1,000 that may wait; fewer than the 2,000 connections that are let in. */
const BURST = 1_900;
const ROUNDS = 3;
const LARGE = 'x'.repeat(64 * 1024);

const agent = new Agent({ connections: BURST, pipelining: 1 });
afterAll(() => agent.close());

interface Answer {
  readonly status: number;
  readonly retryAfter: unknown;
  readonly id: string;
}

/** All at once, each on a connection of its own; in the order in which they are answered. */
async function burst(serve: ServeProcess, bio: string, size = BURST): Promise<Answer[]> {
  const answers: Answer[] = [];
  const send = async () => {
    const id = randomUUID();
    const now = new Date().toISOString();
    const identity = { id, traits: { email: `${id}@example.org`, bio }, created_at: now, updated_at: now };
    const { statusCode, headers, body } = await request(`${serve.url}/zoho/sync-contact`, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
      body: JSON.stringify({ identity }),
    });
    await body.dump();
    answers.push({ status: statusCode, retryAfter: headers['retry-after'], id });
  };
  await Promise.all(Array.from({ length: size }, send));
  return answers;
}

/** The most memory that the process ever held, in MB. */
function peakMemory({ process: { pid } }: ServeProcess): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

const stored = (serve: ServeProcess) => Number(serve.rows('SELECT COUNT(*) AS n FROM outbox')[0]?.['n']);

describe.skipIf(skipped)('more webhooks than the disk takes', () => {
  it('are turned away at once with 503; what was acknowledged is there, and then there is room again', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const serve = await aServe(sandbox, { through: SLOW_DISK, variables: { LOG_LEVEL: 'info' } });
    const answers = await burst(serve, '');
    const taken = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(taken.length).toBeGreaterThanOrEqual(1_000);
    expect(refused.length).toBeGreaterThan(0);
    expect(taken.length + refused.length).toBe(BURST);
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['5']));
    // Nobody who was turned away had waited for the disk as the others did.
    expect(answers.findLastIndex(({ status }) => status === 503)).toBeLessThan(
      answers.findLastIndex(({ status }) => status === 200),
    );
    expect(stored(serve)).toBe(taken.length);
    expect((await burst(serve, '', 20)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  it('take no memory for those that are turned away: as many again, and again, need no more', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const serve = await aServe(sandbox, { through: SLOW_DISK, variables: { LOG_LEVEL: 'info' } });
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await burst(serve, LARGE);
      expect(answers.some(({ status }) => status === 503)).toBe(true);
      peaks.push(peakMemory(serve));
    }
    expect(peaks.at(-1)).toBeLessThan(1.5 * (peaks[0] ?? 0));
    expect((await fetch(`${serve.url}/health/ready`)).status).toBe(200);
  });
});
