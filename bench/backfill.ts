/**
 * `node bench/backfill.ts`: measures how fast a backfill is, on the first run and when nothing has changed,
 * and how much memory it takes. It prints JSON to stdout. The sandbox generates each identity when it is
 * asked for it.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs, parseEnv } from 'node:util';
import { z } from 'zod';
import { connectControl } from '../src/sandbox/control/control-client.ts';
import { end, newFolder, startCli } from './processes.ts';

const { values: options } = parseArgs({
  options: {
    identities: { type: 'string', default: '1000000' },
    /** How long each Zoho call takes, in ms. */
    latency: { type: 'string', default: '0' },
    /** How many calls Zoho takes at once. */
    concurrency: { type: 'string', default: '10' },
  },
});

const CREDITS = 1_000_000_000;
const LOOK_EVERY_MS = 200;

const doneEvent = z.object({
  event: z.literal('done'),
  read: z.number(),
  failed: z.literal(0),
  seconds: z.number(),
});
const connection = z.object({ ZOHO_ACCOUNTS_URL: z.string() }).catchall(z.string());

const folder = newFolder();
const { identities, latency } = options;
const sandboxArgs = ['--port', '0', '--latency', latency, '--identities', identities];
const sandbox = startCli(['sandbox', ...sandboxArgs], folder, {});
if (sandbox.stdout === null || sandbox.stderr === null) throw new Error('no output');
sandbox.stderr.resume();
const [printed] = await once(sandbox.stdout.setEncoding('utf8'), 'data');
const variables = connection.parse(parseEnv(String(printed)));
const control = connectControl(variables.ZOHO_ACCOUNTS_URL);
await control.configure({ credits: CREDITS, concurrencyLimit: Number(options.concurrency) });

const first = await measure();
const { calls, peak_big_concurrency } = await control.counters();
const again = await measure();
// Ten calls of 100 records at once are Zoho's limit (Zoho CRM API, "API Limits"). No backfill can be faster.
const atMost = latency === '0' ? null : (Math.min(10, Number(options.concurrency)) * 1_000) / Number(latency);
const perSecond = ((calls['upsert'] ?? 0) + (calls['coql'] ?? 0)) / first.seconds;
const share = atMost === null ? null : perSecond / atMost;
process.stdout.write(
  `${JSON.stringify({ identities: Number(identities), first, again, share_of_limit: share, peak_big_concurrency }, null, 2)}\n`,
);
await end(sandbox);
process.exit();

async function measure() {
  const child = startCli(['backfill', '--json'], folder, {
    ...variables,
    DATABASE_URL: `sqlite:${join(folder, 'store.db')}`,
  });
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  child.stderr.pipe(process.stderr);
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakMegabytes(child.pid) ?? 0)), LOOK_EVERY_MS);
  const output = await text(child.stdout);
  clearInterval(timer);
  const { read, seconds } = doneEvent.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  return { read, seconds, per_second: Math.round(read / seconds), peak_mb: Math.round(peak) };
}

/** The peak memory of the process (Linux, proc(5)). */
function peakMegabytes(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  } catch {
    return undefined;
  }
}
