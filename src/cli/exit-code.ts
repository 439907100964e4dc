import { CommanderError } from 'commander';
import { OryZohoError, systemRefused } from '../errors.ts';

const UNEXPECTED_HINT =
  'This is a bug in ory-zoho. Run the command again with --verbose and report the output.';

/** The only catch of the command line: prints the error. @returns the exit code */
export async function exitCodeOf(thrown: unknown, verbose: boolean): Promise<number> {
  // Commander has printed its own message; help and version are not errors.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  const error = systemRefused(thrown) ?? thrown;
  const known = error instanceof OryZohoError;
  const message = error instanceof Error ? error.message : String(error);
  const { Chalk, supportsColorStderr } = await import('chalk');
  // Chalk ignores NO_COLOR (https://no-color.org).
  const plain = (process.env['NO_COLOR'] ?? '') !== '' || supportsColorStderr === false;
  const chalk = new Chalk({ level: plain ? 0 : 1 });
  process.stderr.write(`${chalk.red('Error:')} ${message}\n${known ? error.hint : UNEXPECTED_HINT}\n`);
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known ? error.exitCode : 1;
}
