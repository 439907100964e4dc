/** The command line. It runs a command and turns an error into an exit code. */
import { exitCodeOf } from './cli/exit-code.ts';
import { createProgram } from './cli/program.ts';
import { exitCodeWithoutOutput, outliveOutput } from './commands/terminal/lost-output.ts';

/** Runs the command that `argv` names and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const outputIsLost = outliveOutput();
  const program = createProgram();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = await exitCodeOf(error, argv.includes('--verbose'));
  }
  if (outputIsLost()) process.exitCode = exitCodeWithoutOutput(process.exitCode);
}
