import { readFileSync } from 'node:fs';
import { ConfigurationError, messageOf } from '../errors.ts';
import { textOfBytes } from '../model/text-bytes.ts';
import { isInClosedFolder } from './closed-folder.ts';

/**
 * The text of a `.env` file, saved with any editor, without a byte order mark. Undefined if there is no file.
 * @throws ConfigurationError if the file cannot be read or is not text, because some of its values would be
 * useless
 */
export function readEnvText(path: string): string | undefined {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    if (isInClosedFolder(path)) return undefined;
    throw new ConfigurationError('env_file', `${path} cannot be read: ${messageOf(cause)}.`, {
      hint: 'Make it readable for this user, or remove it.',
      cause,
    });
  }
  const text = textOfBytes(bytes);
  if (text !== undefined) return text;
  throw new ConfigurationError('env_file', `${path} is not UTF-8 text.`, {
    hint: 'Save it as UTF-8. Editors have this under "Save as" or "Encoding".',
  });
}

/** The text with line breaks that `util.parseEnv` knows. It ignores a carriage return that stands alone. */
export function withUnixLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
