import { ConfigurationError } from '../errors.ts';
import type { Flags } from './sources.ts';
import { VARIABLE_NAMES, VARIABLES } from './variables.ts';

const SECRETS = VARIABLE_NAMES.filter((name) => VARIABLES[name].secret);

/**
 * Reads secrets from lines of `NAME=value`. The value is everything after the first `=`, including `#`, `$`,
 * quotes and blanks.
 * @throws ConfigurationError for a line of another form or an unknown name. It never repeats a value
 */
export function parseSecrets(text: string): Flags {
  const secrets = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line === '') continue;
    const [, word = '', value = ''] = /^([A-Z_]+)=(.*)$/s.exec(line) ?? [];
    const name = SECRETS.find((secret) => secret === word);
    if (name === undefined) throw wrongLine(index + 1);
    if (value !== '') secrets.set(name, value);
  }
  return Object.fromEntries(secrets);
}

export async function readSecrets(input: NodeJS.ReadStream = process.stdin): Promise<Flags> {
  input.setEncoding('utf8');
  let text = '';
  for await (const chunk of input) text += String(chunk);
  return parseSecrets(text);
}

function wrongLine(line: number): ConfigurationError {
  const message = `Line ${line} of the secrets does not have the form NAME=value.`;
  return new ConfigurationError('secrets_stdin', message, {
    hint: `The names are: ${SECRETS.join(', ')}.`,
  });
}
