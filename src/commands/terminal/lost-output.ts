import { messageOf } from '../../errors.ts';

/**
 * Lets a command go on to its end where its output goes nowhere. A reader that goes away, as `head` does, wanted no more:
 * nothing is said. Results that a full disk does not take are lost, which one sentence on stderr says.
 * @returns whether results were lost so far
 */
export function outliveOutput(): () => boolean {
  let lost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lost) return;
    lost = true;
    // After the end of the command too: a file is written at once, but a pipe later.
    process.exitCode = exitCodeWithoutOutput(process.exitCode);
    const why = `The output cannot be written: ${messageOf(error)}.`;
    const next = 'Give it a place with room, and run the command again.';
    process.stderr.write(`Error: ${why}\n${next}\n`);
  });
  // There is nowhere left to say it.
  process.stderr.on('error', () => {});
  return () => lost;
}

/**
 * The exit code of a command whose results were lost. Some stop then, as at Ctrl-C: of that, the cause counts.
 * @param own of what the command did
 */
export function exitCodeWithoutOutput(own: typeof process.exitCode): typeof process.exitCode {
  return own === undefined || own === 0 || own === 130 ? 1 : own;
}
