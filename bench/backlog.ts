import { setTimeout as delay } from 'node:timers/promises';
import { startGenerator } from './generator.ts';
import type { Generator } from './generator.ts';
import { startOneCallPerWebhook } from './handler.ts';
import { startSandbox } from './sandbox.ts';
import type { BenchSandbox } from './sandbox.ts';
import { SECRET, startServe, WEBHOOK_PATH } from './serve.ts';
import { say } from './say.ts';

const ZOHO_MS = 300;
/** Zoho's limit for concurrent calls with over 10 records or with COQL (Zoho CRM API, "API Limits"). */
const BIG_CALLS_AT_ONCE = 10;
/** Zoho's limit for concurrent small calls in Enterprise, the sandbox's edition. */
const SMALL_CALLS_AT_ONCE = 20;
/** How many sign-ups the naive handler gets. Its rate is steady from the start. */
const SAMPLE = 600;
const LOOK_EVERY_MS = 100;

export interface BacklogFigure {
  readonly identities: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly onePerWebhook: { readonly perSecond: number; readonly creditsPerRecord: number };
  readonly calls: number;
  /** The time that Zoho's limit requires for the calls that were made, as a share of the time taken. */
  readonly shareOfLimit: number;
  /** Figure (c), lookups included. */
  readonly creditsPerRecord: number;
}

/**
 * Figures (b) and (c): a backlog as after an outage. It is taken in while Zoho is down, and delivered by a
 * serve that starts with it. The time includes the first calls, the search for the right concurrency, and the
 * last batch.
 */
export async function measureBacklog(identities: number): Promise<BacklogFigure> {
  const sandbox = await startSandbox(ZOHO_MS);
  const generator = startGenerator();
  const onePerWebhook = await measureOnePerWebhook(sandbox, generator);

  const folder = await takeIn(sandbox, generator, identities);
  await sandbox.control.reset();
  const serve = await startServe(sandbox, folder);
  const startedAt = performance.now();
  for (let done = 0; done < identities; ) {
    await delay(LOOK_EVERY_MS);
    const { contacts } = await sandbox.control.counters();
    if (Math.floor((contacts['Contacts'] ?? 0) / 10_000) > Math.floor(done / 10_000)) {
      say(`backlog: ${contacts['Contacts']} of ${identities} delivered`);
    }
    done = contacts['Contacts'] ?? 0;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { calls, credits_used: credits, refused } = await sandbox.control.counters();
  for (const one of [serve, generator, sandbox]) await one.end();

  const big = (calls['coql'] ?? 0) + (calls['upsert'] ?? 0) + (calls['update'] ?? 0);
  if (refused.concurrency > 0) say(`backlog: ${refused.concurrency} calls over Zoho's limits`);
  return {
    identities,
    seconds,
    perSecond: identities / seconds,
    onePerWebhook,
    calls: big,
    shareOfLimit: (big * ZOHO_MS) / 1_000 / BIG_CALLS_AT_ONCE / seconds,
    creditsPerRecord: credits / identities,
  };
}

/** @returns the folder of the store that holds them */
async function takeIn(sandbox: BenchSandbox, generator: Generator, identities: number): Promise<string> {
  await sandbox.control.setDown(true);
  const serve = await startServe(sandbox);
  const load = { port: serve.port, path: WEBHOOK_PATH, secret: SECRET, connections: 50 };
  for (let taken = 0; taken < identities; taken += 10_000) {
    const { refused } = await generator.send({ ...load, requests: Math.min(10_000, identities - taken) });
    if (refused > 0) throw new Error(`${refused} webhooks were refused`);
  }
  await serve.end();
  say(`backlog: ${identities} sign-ups accepted while Zoho is down`);
  return serve.folder;
}

/**
 * Uses as many connections as Zoho accepts calls at once. With more, calls would be refused; with fewer, it
 * would be slower.
 */
async function measureOnePerWebhook(
  sandbox: BenchSandbox,
  generator: Generator,
): Promise<BacklogFigure['onePerWebhook']> {
  const handler = await startOneCallPerWebhook(sandbox);
  const load = { port: handler.port, path: WEBHOOK_PATH, secret: SECRET, connections: SMALL_CALLS_AT_ONCE };
  const { seconds, refused } = await generator.send({ ...load, requests: SAMPLE });
  const { credits_used: credits } = await sandbox.control.counters();
  await handler.end();
  if (refused > 0) throw new Error(`${refused} webhooks were refused`);
  say(`one call per webhook: ${(SAMPLE / seconds).toFixed(1)} a second`);
  return { perSecond: SAMPLE / seconds, creditsPerRecord: credits / SAMPLE };
}
