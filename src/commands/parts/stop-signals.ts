import type { ExitCode } from '../../errors.ts';

/** Between the signal and its repetition by npm, by npx or by a library, which mean the same one. */
const SAME_SIGNAL_MS = 300;
const INTERRUPTED: ExitCode = 130;

export interface StopOptions {
  /** Called before another signal ends the process at once. */
  readonly atOnce?: (signal: string) => void;
  /** Another signal changes nothing: the end takes a moment, and must not be cut. */
  readonly once?: boolean;
}

/**
 * Calls `stop` at the first SIGTERM (of a supervisor) or SIGINT (of a terminal). Another one, 300 ms later or more, is of
 * somebody who does not want to wait: the process ends at once, as a crash would end it.
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
  // Not `process.once`: where nobody listens any more, the repetition of the signal would end the process.
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
  };
}

/** A library ends the process at SIGXFSZ; a limit on the size of files is to come back as an error of SQLite's. */
export function outliveSizeLimit(): void {
  process.on('SIGXFSZ', () => {});
}
