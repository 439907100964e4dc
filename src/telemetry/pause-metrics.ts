import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export interface PauseSource {
  /** Whether delivery is paused. */
  paused(): boolean;
  /** Whether reads from Ory wait. */
  readsPaused(): boolean;
}

/** Gauges of the current pauses. */
export function pauseMetrics(source: PauseSource, registers: Registry[]): void {
  const paused = new Gauge({
    name: 'ory_zoho_paused',
    help: '1 while delivery is paused.',
    registers,
    collect() {
      paused.set(source.paused() ? 1 : 0);
    },
  });
  const reads = new Gauge({
    name: 'ory_zoho_reads_paused',
    help: '1 while reads from Ory are paused; deliveries that need none go on.',
    registers,
    collect() {
      reads.set(source.readsPaused() ? 1 : 0);
    },
  });
}
