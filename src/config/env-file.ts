import { readFileSync } from 'node:fs';
import { ConfigurationError, messageOf } from '../errors.ts';
import { textOfBytes } from '../model/text-bytes.ts';
import { isInClosedFolder } from './closed-folder.ts';

/**
 * The text of a `.env` file, whatever editor saved it, without a byte order mark; undefined where there is none.
 * @throws ConfigurationError for a file that cannot be read, or is no text: a part of its values is worth nothing
 */
export function readEnvText(path: string): string | undefined {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    if (isInClosedFolder(path)) return undefined;
    throw new ConfigurationError('env_file', `${path} cannot be read: ${messageOf(cause)}.`, {
      hint: 'Make it a file that this user can read, or remove it.',
      cause,
    });
  }
  const text = textOfBytes(bytes);
  if (text !== undefined) return text;
  throw new ConfigurationError('env_file', `${path} is not a text in UTF-8.`, {
    hint: 'Save it as UTF-8, which editors offer under "Save as" or "Encoding".',
  });
}

/** The text with the line breaks that `util.parseEnv` knows: it takes a carriage return alone for nothing at all. */
export function withUnixLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
