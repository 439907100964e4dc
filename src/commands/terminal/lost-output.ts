import { messageOf } from '../../errors.ts';

/**
 * Lets a command run to its end when its output cannot be written. If the reader closed the pipe, as `head`
 * does, nothing is reported. If the results are lost, for example on a full disk, one sentence on stderr says
 * so.
 * @returns whether results were lost so far
 */
export function outliveOutput(): () => boolean {
  let lost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lost) return;
    lost = true;
    // Also after the end of the command, because a pipe is written later than a file.
    process.exitCode = exitCodeWithoutOutput(process.exitCode);
    const why = `The output cannot be written: ${messageOf(error)}.`;
    const next = 'Write it to a place with free space and run the command again.';
    process.stderr.write(`Error: ${why}\n${next}\n`);
  });
  // There is no other place to report it.
  process.stderr.on('error', () => {});
  return () => lost;
}

/**
 * The exit code of a command whose results were lost. Some commands then stop as if by Ctrl-C; the lost
 * output is the cause that counts.
 * @param own the code that the command itself would give
 */
export function exitCodeWithoutOutput(own: typeof process.exitCode): typeof process.exitCode {
  return own === undefined || own === 0 || own === 130 ? 1 : own;
}
