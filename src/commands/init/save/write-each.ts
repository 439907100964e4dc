import { ConfigurationError, messageOf, OryZohoError } from '../../../errors.ts';

/** A file that `init` writes at its end. */
export interface FileToWrite {
  /** Its name in messages. */
  readonly name: string;
  readonly write: () => void | Promise<void>;
}

/**
 * Writes the files one after the other. If one fails, the others are still written, because the Zoho code is
 * already spent.
 * @throws ConfigurationError whose last lines say which files were saved, which were not, and why
 */
export async function writeEach(files: readonly FileToWrite[]): Promise<void> {
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  for (const { name, write } of files) {
    try {
      await write();
    } catch (error) {
      failed.push({ name, error });
    }
  }
  const [first] = failed;
  if (first === undefined) return;
  const saved = files.map(({ name }) => name).filter((name) => !failed.some((one) => one.name === name));
  const lines = [
    ...failed.map(({ name, error }) => `  not saved: ${name} (${messageOf(error)})`),
    ...saved.map((name) => `  saved: ${name}`),
  ];
  const message = `${saved.length === 0 ? 'Nothing' : 'Not everything'} was saved.\n${lines.join('\n')}`;
  const advice = first.error instanceof OryZohoError ? `${first.error.hint} ` : '';
  throw new ConfigurationError('not_saved', message, {
    hint: `${advice}Then run \`ory-zoho init\` again${saved.length === 0 ? ', with a new code' : ''}.`,
    cause: first.error,
  });
}
