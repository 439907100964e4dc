import { confirm, input, password, select } from '@inquirer/prompts';
import { ConfigurationError } from '../../../errors.ts';

interface Question {
  readonly message: string;
  /** What answers it without a prompt, such as `--client-id`. The error without a terminal names it. */
  readonly flag: string;
}

export interface PromptChoice<Value> {
  readonly value: Value;
  readonly name: string;
  readonly description?: string;
}

export interface Ask {
  /** Whether there is a terminal. */
  readonly interactive: boolean;
  /** `initial`: the known value. Without a terminal it is the answer. */
  text(
    question: Question & {
      readonly initial?: string | undefined;
      /** What is wrong with an answer; undefined if it is valid. */
      readonly problem?: (answer: string) => string | undefined;
    },
  ): Promise<string>;
  /** The input is shown as stars. `optional`: an empty answer is allowed. */
  secret(question: Question & { readonly optional?: boolean }): Promise<string>;
  /** `initial`: the choice to start with. With `mustAsk` it is not a default. */
  choice<const Value extends string>(
    question: Question & {
      readonly choices: readonly PromptChoice<Value>[];
      readonly initial: Value;
      readonly mustAsk?: boolean;
    },
  ): Promise<Value>;
  yesNo(question: Question & { readonly initial: boolean }): Promise<boolean>;
}

/**
 * Asks on stderr. With `yes`, questions take their default. Without a terminal, any other question throws a
 * ConfigurationError that names its flag.
 * @param signal ends a prompt, as Ctrl-C does
 */
export function createAsk(options: {
  readonly interactive: boolean;
  readonly yes: boolean;
  readonly signal: AbortSignal;
}): Ask {
  const { interactive, yes, signal } = options;
  const context = { output: process.stderr, signal };
  const asked = <T>(question: Question, initial: T | undefined, prompt: () => Promise<T>): Promise<T> => {
    if (yes && initial !== undefined) return Promise.resolve(initial);
    if (!interactive) throw nobodyToAsk(question);
    return prompt();
  };
  return {
    interactive,
    text: ({ initial, problem, ...question }) => {
      if (initial !== undefined && !interactive) return Promise.resolve(initial);
      return asked(question, initial, async () => {
        const validate = (answer: string) => problem?.(answer.trim()) ?? true;
        const offered = initial === undefined ? {} : { default: initial };
        return (
          await input({ message: question.message, required: true, validate, ...offered }, context)
        ).trim();
      });
    },
    secret: ({ optional = false, ...question }) =>
      asked(question, optional ? '' : undefined, async () => {
        const validate = (answer: string) => optional || answer.trim() !== '' || 'A value is required.';
        return (await password({ message: question.message, mask: '*', validate }, context)).trim();
      }),
    choice: ({ choices, initial, mustAsk = false, ...question }) =>
      asked(question, mustAsk ? undefined : initial, () =>
        select({ message: question.message, choices: [...choices], default: initial, loop: false }, context),
      ),
    yesNo: ({ initial, ...question }) =>
      asked(question, initial, () => confirm({ message: question.message, default: initial }, context)),
  };
}

function nobodyToAsk({ message, flag }: Question): ConfigurationError {
  return new ConfigurationError('needs_answer', `There is no terminal to ask: ${message}`, {
    hint: `Give ${flag}.`,
  });
}
