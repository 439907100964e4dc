import type { ExitCode } from '../../errors.ts';

/** npm, npx and some libraries repeat a signal within this time. The repetition counts as the same signal. */
const SAME_SIGNAL_MS = 300;
const INTERRUPTED: ExitCode = 130;

export interface StopOptions {
  /** Called before another signal ends the process at once. */
  readonly atOnce?: (signal: string) => void;
  /** Further signals are ignored, because the end takes a moment and must not be cut short. */
  readonly once?: boolean;
}

/**
 * Calls `stop` at the first SIGTERM (from a supervisor) or SIGINT (from a terminal). Another signal, at least
 * 300 ms later, ends the process at once, as a crash would.
 * @returns stops listening
 */
export function onStopSignals(
  stop: (signal: string) => void,
  { atOnce, once = false }: StopOptions = {},
): () => void {
  let first: number | undefined;
  const hear = (signal: string) => {
    if (first === undefined) {
      first = performance.now();
      stop(signal);
    } else if (!once && performance.now() - first >= SAME_SIGNAL_MS) {
      atOnce?.(signal);
      process.exit(INTERRUPTED);
    }
  };
  const signals = ['SIGTERM', 'SIGINT'] as const;
  // Not `process.once`: without a listener the repeated signal would end the process.
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
  };
}

/** A library ends the process at SIGXFSZ. A limit on file sizes should show as an SQLite error instead. */
export function outliveSizeLimit(): void {
  process.on('SIGXFSZ', () => {});
}
