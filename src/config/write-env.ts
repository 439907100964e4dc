import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, messageOf } from '../errors.ts';

/** Tried in this order; in double quotes `\n` would become a new line. */
const QUOTES = ["'", '"', '`'] as const;

/**
 * Writes variables to a `.env` file that only its owner can read (mode 0600), each value quoted. What the file has
 * already of other variables, and its comments, stay.
 * @throws ConfigurationError where the file cannot be written, or would not read back as it was meant
 */
export function writeEnv(path: string, values: { readonly [name: string]: string }): void {
  const before = existing(path);
  const text = withValues(before, values, path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
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
  const kept = before
    .split('\n')
    .filter((line) => !ours.includes(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''))
    .join('\n')
    .trimEnd();
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value) ?? unquotable(name)}`);
  const text = `${kept === '' ? '' : `${kept}\n`}${lines.join('\n')}\n`;
  const expected = { ...parseEnv(before), ...values };
  const read = parseEnv(text);
  const names = new Set([...Object.keys(expected), ...Object.keys(read)]);
  if ([...names].every((name) => read[name] === expected[name])) return text;
  throw new ConfigurationError('write_env', `${path} has values over several lines, which would get lost.`, {
    hint: 'Move the file away, or give --write-env another path.',
  });
}

function existing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new ConfigurationError('write_env', `${path} cannot be read: ${messageOf(cause)}.`, {
      hint: 'Move it away, or give --write-env another path.',
      cause,
    });
  }
}

function unquotable(name: string): never {
  throw new ConfigurationError('write_env', `The value of ${name} cannot be written to a .env file.`, {
    hint: `It holds a new line, or all three kinds of quotes. Set ${name} in the environment instead.`,
  });
}
