import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** Counts the log lines that could not be written, because the log itself cannot report them. */
export function lostLinesMetric(linesLost: () => number, registers: Registry[]): void {
  const counter = new Counter({
    name: 'ory_zoho_log_lines_lost_total',
    help: 'Log lines that could not be written: the disk of the log is full, or its reader has gone or is too slow.',
    registers,
    collect() {
      counter.reset();
      counter.inc(linesLost());
    },
  });
}
