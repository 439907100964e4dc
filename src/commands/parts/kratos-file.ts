import { readFile } from 'node:fs/promises';
import { ConfigurationError, messageOf } from '../../errors.ts';

/** The text of a Kratos configuration file, with its byte order mark. @throws ConfigurationError */
export async function readKratosFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ConfigurationError('kratos_file', `${path} cannot be read: ${messageOf(error)}.`, {
      hint: 'Give the path of your kratos.yml with --kratos.',
      cause: error,
    });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ConfigurationError('kratos_file', `${path} is not UTF-8 text.`, {
      hint: 'Save it as UTF-8.',
      cause: error,
    });
  }
}
