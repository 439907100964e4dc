import { setTimeout as delay } from 'node:timers/promises';
import { readSettings } from '../../config/sources.ts';
import type { ExitCode } from '../../errors.ts';
import { withExistingStore } from '../parts/existing-store.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';
import { readStatus } from './status-report.ts';
import type { StatusReport } from './status-report.ts';
import { statusText } from './status-text.ts';
import { onStopSignals } from '../parts/stop-signals.ts';
import { print } from '../terminal/print.ts';

const WATCH_EVERY_MS = 2_000;

/** Move to the top left corner, clear to the end of the line, clear to the end of the screen (ECMA-48). */
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_REST = '\u001b[J';

export interface StatusOptions {
  readonly watch: boolean;
  readonly json: boolean;
}

/**
 * `ory-zoho status`: the queue, failures and the connection. With `--watch` it refreshes until Ctrl-C, which
 * is a normal end.
 * @returns 4 if nothing, or no newcomer, is delivered until a person fixes the cause, else 0
 */
export async function status({ watch, json }: StatusOptions): Promise<ExitCode> {
  const config = configWithMadeUpValues(await readSettings({}));
  return withExistingStore(config.databaseUrl, async (store) => {
    if (watch) {
      await again(async () => show(await readStatus(store, config, Date.now()), json));
      return 0;
    }
    const report = await readStatus(store, config, Date.now());
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : statusText(report, Date.now()));
    return report.connection.state === 'dead' || report.waits.length > 0 ? 4 : 0;
  });
}

/** On a terminal it replaces the last report; elsewhere it follows it. As JSON it is one object per line. */
function show(report: StatusReport, json: boolean): void {
  if (json) {
    print(JSON.stringify(report));
    return;
  }
  const now = Date.now();
  const text = `${new Date(now).toISOString()}\n\n${statusText(report, now)}`;
  const inPlace = `${HOME}${text.replaceAll('\n', `${CLEAR_LINE}\n`)}${CLEAR_REST}`;
  process.stdout.write(process.stdout.isTTY ? inPlace : `${text}\n`);
}

async function again(work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  onStopSignals(end);
  // The reader has closed the pipe, as `head` does.
  process.stdout.on('error', end);
  while (!over.signal.aborted) {
    await work();
    await delay(WATCH_EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
  }
}
