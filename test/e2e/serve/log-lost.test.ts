import { describe, expect, it } from 'vitest';
import { sendWebhook } from '../../../src/sandbox/ory/ory-webhook.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { DOCTOR } from '../../../src/webhook/sync-contact.ts';
import { freePort } from '../../free-port.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

/** More than a pipe and serve's own buffer hold, at level debug. */
const LINES = 900;
const AT_ONCE = 50;

const alive = async (url: string) => (await fetch(`${url}/health`).catch(() => undefined))?.status === 200;

async function linesLost(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^ory_zoho_log_lines_lost_total (\d+)$/m.exec(text)?.[1]);
}

async function signUp(sandbox: Sandbox, url: string, email: string): Promise<void> {
  const identity = await sandbox.control.createIdentity({ traits: { email, name: 'Ann Lee' } });
  const { status } = await sendWebhook(`${url}/zoho/sync-contact?event=registration`, SECRET, identity);
  expect(status).toBe(200);
}

/** serve still does all its work. */
async function delivers(sandbox: Sandbox, url: string): Promise<void> {
  await signUp(sandbox, url, 'ann@example.org');
  await eventually(async () => (await sandbox.control.contacts()).length === 1);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
}

/** Calls such as doctor makes, with ids that make long lines. */
async function writeMuch({ url }: ServeProcess): Promise<void> {
  for (let sent = 0; sent < LINES; sent += AT_ONCE) {
    const answers = Array.from({ length: AT_ONCE }, async (_, index) => {
      const answer = await fetch(`${url}/zoho/sync-contact`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': DOCTOR,
          'x-webhook-secret': SECRET,
          'ory-webhook-trigger-id': `${sent + index} ${'x'.repeat(12_000)}`,
        },
        body: '{"identity":{"id":"00000000-0000-0000-0000-000000000000"}}',
      });
      await answer.body?.cancel();
    });
    await Promise.all(answers);
  }
}

describe('a log that cannot be written loses lines, counts them, and stops nothing else', () => {
  it('its disk is full from the start', async () => {
    const sandbox = await aSandbox();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const serve = aRefusedServe(sandbox, {
      through: ['sh', '-c', 'exec "$@" 2> /dev/full', 'sh'],
      variables: { PORT: String(port) },
    });
    await eventually(() => serve.process.exitCode !== null || alive(url));
    expect(serve.process.exitCode).toBeNull();
    await delivers(sandbox, url);
    expect(await linesLost(url)).toBeGreaterThan(0);
    expect(await serve.stop()).toBe(0);
  });

  it('its reader has gone', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    serve.process.stderr?.destroy();
    await delivers(sandbox, serve.url);
    expect(await linesLost(serve.url)).toBeGreaterThan(0);
    expect(await serve.stop()).toBe(0);
  });

  it('its reader pauses for a while, and the log then says how many lines are missing', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    serve.process.stderr?.pause();
    await writeMuch(serve);
    await delivers(sandbox, serve.url);
    const lost = await linesLost(serve.url);
    expect(lost).toBeGreaterThan(0);
    serve.process.stderr?.resume();
    await signUp(sandbox, serve.url, 'bob@example.org');
    const told = await serve.logged((line) => line['lines_lost'] !== undefined);
    expect(Number(told['lines_lost'])).toBeGreaterThanOrEqual(lost);
    expect(await serve.stop()).toBe(0);
  });
});
