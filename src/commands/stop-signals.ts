import type { ExitCode } from '../errors.ts';

/** Between the signal and its repetition by npm, by npx or by a library, which mean the same one. */
const SAME_SIGNAL_MS = 300;
const INTERRUPTED: ExitCode = 130;

/**
 * Calls `stop` at the first SIGTERM (of a supervisor) or SIGINT (of a terminal). Another one, 300 ms later or more, is of
 * somebody who does not want to wait: the process ends at once, as a crash would end it.
 * @param atOnce called before that end
 */
export function onStopSignals(
  stop: (signal: string) => void,
  atOnce: (signal: string) => void = () => {},
): void {
  let first: number | undefined;
  const hear = (signal: string) => {
    if (first === undefined) {
      first = performance.now();
      stop(signal);
    } else if (performance.now() - first >= SAME_SIGNAL_MS) {
      atOnce(signal);
      process.exit(INTERRUPTED);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, hear);
}
