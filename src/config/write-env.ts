import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, messageOf } from '../errors.ts';
import { readEnvText, withUnixLines } from './env-file.ts';
import { writeInPlace } from './write-in-place.ts';

const OWNER_ONLY = 0o600;

/** Tried in this order. In double quotes, `\n` would become a line break. */
const QUOTES = ["'", '"', '`'] as const;

/**
 * Writes variables to a `.env` file that only its owner can read (mode 0600). Each value is quoted. Other
 * variables, comments and line breaks of the file stay. An existing file is written in place, so a link or a
 * mounted file stays one. UTF-16 and a byte order mark become plain UTF-8.
 * @throws ConfigurationError if the file cannot be written, or its values would be read back differently. The
 * file is then as before
 */
export function writeEnv(path: string, values: { readonly [name: string]: string }): void {
  const before = readEnvText(path);
  const text = withValues(before ?? '', values, path);
  try {
    if (before === undefined) create(path, text);
    else writeInPlace(path, text, OWNER_ONLY);
  } catch (cause) {
    throw new ConfigurationError('write_env', `${path} cannot be written: ${messageOf(cause)}.`, {
      hint: 'Give --write-env a path in a folder that this user can write to.',
      cause,
    });
  }
}

/**
 * The value in a form that `util.parseEnv` reads back unchanged. It knows no escapes, so the quotes must not
 * occur in the value. Undefined if no quotes fit, or if the value has a line break.
 */
export function quoted(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return undefined;
  const quote = QUOTES.find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\n')));
  return quote === undefined ? undefined : `${quote}${value}${quote}`;
}

function withValues(before: string, values: { readonly [name: string]: string }, path: string): string {
  const ours = Object.keys(values);
  const lineBreak = /\r?\n/.exec(before)?.[0] ?? '\n';
  const kept = before
    .split(/(?<=\n)/)
    .filter((line) => !ours.includes(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''))
    .join('')
    .trimEnd();
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value) ?? unquotable(name)}`);
  const text = [...(kept === '' ? [] : [kept]), ...lines, ''].join(lineBreak);
  const expected = { ...parseEnv(withUnixLines(before)), ...values };
  const read = parseEnv(withUnixLines(text));
  const names = new Set([...Object.keys(expected), ...Object.keys(read)]);
  if ([...names].every((name) => read[name] === expected[name])) return text;
  throw new ConfigurationError(
    'write_env',
    `${path} has values that span several lines and would get lost.`,
    {
      hint: 'Move the file away, or give --write-env another path.',
    },
  );
}

/** If the disk is full, the part that was written is removed, because half of the values are useless. */
function create(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: OWNER_ONLY });
  } catch (error) {
    if (existsSync(path)) rmSync(realpathSync(path), { force: true });
    throw error;
  }
}

function unquotable(name: string): never {
  throw new ConfigurationError('write_env', `The value of ${name} cannot be written to a .env file.`, {
    hint: `It contains a line break, or all three kinds of quotes. Set ${name} in the environment instead.`,
  });
}
