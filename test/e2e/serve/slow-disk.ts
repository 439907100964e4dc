/** A serve whose disk is slow, and more webhooks than it can take. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { SECRET } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';

/** Without `strace` there is no slow disk. */
export const CANNOT = spawnSync('strace', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (CANNOT) process.stderr.write('the tests of overload are skipped: no `strace` on PATH\n');

/**
 * Each commit takes a quarter of a second, as on a busy disk. In that time even a slow machine sends more
 * than may wait.
 */
export const SLOW_DISK = [
  'strace',
  '-D',
  '-f',
  '--seccomp-bpf',
  '-o',
  '/dev/null',
  '-e',
  'trace=fsync,fdatasync',
  '-e',
  'inject=fsync,fdatasync:delay_enter=250000',
];
/** More than the 1,000 that may wait, and fewer than the 2,000 connections that are accepted. */
export const BURST = 1_900;

const agent = new Agent({ connections: BURST, pipelining: 1 });

export interface Answer {
  readonly status: number;
  readonly retryAfter: unknown;
  readonly id: string;
}

/** Sends all webhooks at once, each on its own connection. The answers come in the order of their arrival. */
export async function burst(serve: ServeProcess, bio: string, size = BURST): Promise<Answer[]> {
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

export function closeConnections(): Promise<void> {
  return agent.close();
}
