import { startGenerator } from './generator.ts';
import type { Generator } from './generator.ts';
import { startBareExpress } from './handler.ts';
import type { Loaded } from './load-message.ts';
import { startSandbox } from './sandbox.ts';
import { SECRET, startServe, WEBHOOK_PATH } from './serve.ts';
import { median, quantile } from './statistics.ts';
import { say } from './say.ts';

const CONNECTIONS = 50;
/** A round takes about a second, so a slow second of the machine affects both handlers. */
const REQUESTS_A_ROUND = 10_000;

export interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** The rate of acknowledged webhooks, compared with a bare Express handler that answers the same requests. */
export interface IntakeFigure {
  readonly ours: Rate;
  readonly bare: Rate;
  /** Our rate as a share of the bare handler's rate: the median over the pairs of rounds. */
  readonly share: number;
}

/**
 * Figure (a): sign-ups per second over 50 connections. Each is committed before it is answered, and delivery
 * runs at the same time. The two handlers take turns, and serve is stopped while the other one runs.
 * @param zoho `slow`: each call takes 300 ms; `down`: each call answers 503
 */
export async function measureIntake(zoho: 'slow' | 'down', rounds: number): Promise<IntakeFigure> {
  const sandbox = await startSandbox(300);
  if (zoho === 'down') await sandbox.control.setDown(true);
  const [serve, bare, generator] = [await startServe(sandbox), await startBareExpress(), startGenerator()];
  const roundOfBare = async () => {
    serve.halt();
    const loaded = await round(generator, bare.port);
    serve.goOn();
    return loaded;
  };
  say(`intake, Zoho ${zoho}: warming up`);
  await roundOfBare();
  await round(generator, serve.port);
  const pairs: { ours: Loaded; bare: Loaded }[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const pair = { bare: await roundOfBare(), ours: await round(generator, serve.port) };
    pairs.push(pair);
    say(`intake, Zoho ${zoho}: round ${number} of ${rounds}: ${text(pair.ours)}, bare ${text(pair.bare)}`);
  }
  for (const one of [serve, bare, generator, sandbox]) await one.end();
  return {
    ours: rateOf(pairs.map(({ ours }) => ours)),
    bare: rateOf(pairs.map(({ bare }) => bare)),
    share: median(pairs.map(({ ours, bare }) => bare.seconds / ours.seconds)),
  };
}

async function round(generator: Generator, port: number): Promise<Loaded> {
  const load = { port, path: WEBHOOK_PATH, secret: SECRET, connections: CONNECTIONS };
  const loaded = await generator.send({ ...load, requests: REQUESTS_A_ROUND });
  if (loaded.refused > 0) throw new Error(`${loaded.refused} webhooks were refused`);
  return loaded;
}

function rateOf(rounds: readonly Loaded[]): Rate {
  const latencies = rounds.flatMap((one) => one.latencies);
  return {
    perSecond: median(rounds.map(perSecond)),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

function perSecond({ latencies, seconds }: Loaded): number {
  return latencies.length / seconds;
}

function text(loaded: Loaded): string {
  return `${perSecond(loaded).toFixed(0)}/s (p99 ${quantile(loaded.latencies, 0.99).toFixed(1)} ms)`;
}
