import { ConfigurationError } from '../../errors.ts';

/** What @inquirer throws when Ctrl-C ends a prompt, or its input ends. */
const CUT: ReadonlySet<string> = new Set(['ExitPromptError', 'AbortPromptError']);

/**
 * Asks at the terminal; no is the default.
 * @param flag the flag that answers yes without a terminal
 * @throws ConfigurationError without a terminal; it names the flag
 */
export async function confirmed(message: string, flag: string): Promise<'yes' | 'no' | 'cut'> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigurationError('needs_answer', `There is no terminal to ask: ${message}`, {
      hint: `Give ${flag}.`,
    });
  }
  const { confirm } = await import('@inquirer/prompts');
  try {
    return (await confirm({ message, default: false }, { output: process.stderr })) ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof Error && CUT.has(error.name)) return 'cut';
    throw error;
  }
}
