import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { startOneCallPerWebhook } from './handler.ts';
import { startSandbox } from './sandbox.ts';
import type { BenchSandbox } from './sandbox.ts';
import { say } from './say.ts';
import { SECRET, startServe, WEBHOOK_PATH } from './serve.ts';
import { signUpBody } from './sign-ups.ts';
import { median, quantile } from './statistics.ts';

const SIGN_UPS = 100;
const WARM_UP = 10;
/**
 * The pause between two sign-ups. It is long enough for serve to be idle again, and random, so that it is
 * never in step with a timer.
 */
const REST_MS = { least: 20, most: 120 };

export interface Latency {
  readonly median: number;
  readonly p95: number;
}

export interface IdleLatencyFigure {
  readonly zohoMs: number;
  /** The time from the webhook to the contact in ms, without Zoho's own calls. */
  readonly ours: Latency;
  readonly onePerWebhook: Latency;
}

/** Figure (d): single sign-ups while nothing else is going on. */
export async function measureIdleLatency(zohoMs: number): Promise<IdleLatencyFigure> {
  const sandbox = await startSandbox(zohoMs);
  const serve = await startServe(sandbox);
  const ours = await measure(sandbox, serve.port, 0, () => serve.logged('batch'));
  await serve.end();
  const handler = await startOneCallPerWebhook(sandbox);
  const onePerWebhook = await measure(sandbox, handler.port, SIGN_UPS + WARM_UP, async () => {});
  await handler.end();
  await sandbox.end();
  say(`idle latency, Zoho ${zohoMs} ms: ${text(ours)}, one call per webhook ${text(onePerWebhook)}`);
  return { zohoMs, ours, onePerWebhook };
}

async function measure(
  sandbox: BenchSandbox,
  port: number,
  first: number,
  delivered: () => Promise<void>,
): Promise<Latency> {
  const sentAt: number[] = [];
  for (let n = 0; n < WARM_UP + SIGN_UPS; n += 1) {
    if (n === WARM_UP) await sandbox.control.reset();
    const body = signUpBody(first + n);
    const done = delivered();
    if (n >= WARM_UP) sentAt.push(performance.timeOrigin + performance.now());
    await send(port, body);
    await done;
    await delay(REST_MS.least + Math.random() * (REST_MS.most - REST_MS.least));
  }
  const upserts = await sandbox.control.requests('upsert');
  const lookUps = await sandbox.control.requests('coql');
  const beyondZoho = sentAt.map((sent, index) => {
    const upsert = upserts[index];
    if (upsert === undefined) throw new Error('a sign-up did not reach Zoho in its own call');
    return upsert.endedAt - sent - upsert.durationMs - (lookUps[index]?.durationMs ?? 0);
  });
  return { median: median(beyondZoho), p95: quantile(beyondZoho, 0.95) };
}

async function send(port: number, body: string): Promise<void> {
  const answer = await request(`http://127.0.0.1:${port}${WEBHOOK_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body,
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`a webhook was answered ${answer.statusCode}`);
}

function text(latency: Latency): string {
  return `median ${latency.median.toFixed(1)} ms, p95 ${latency.p95.toFixed(1)} ms`;
}
