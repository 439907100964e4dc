import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, messageOf } from '../errors.ts';
import { readEnvText, withUnixLines } from './env-file.ts';
import { writeInPlace } from './write-in-place.ts';

const OWNER_ONLY = 0o600;

/** Tried in this order; in double quotes `\n` would become a new line. */
const QUOTES = ["'", '"', '`'] as const;

/**
 * Writes variables to a `.env` file that only its owner can read (mode 0600), each value quoted. What the file has
 * already of other variables, its comments and its line breaks stay. A file that is there is written in place: a link or
 * a mounted file stays one. What was UTF-16, or had a byte order mark, is plain UTF-8 afterwards.
 * @throws ConfigurationError where the file cannot be written, or would not read back as it was meant; it is then as before
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
 * A value of a `.env` file as `util.parseEnv` reads it back: it knows no escapes, so that the quotes must be ones
 * that the value has not. Undefined: no quotes fit, or the value has a new line.
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
  throw new ConfigurationError('write_env', `${path} has values over several lines, which would get lost.`, {
    hint: 'Move the file away, or give --write-env another path.',
  });
}

/** What was written of a file that a full disk cuts goes again: half of the values is worth nothing. */
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
    hint: `It holds a new line, or all three kinds of quotes. Set ${name} in the environment instead.`,
  });
}
