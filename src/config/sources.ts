import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, messageOf } from '../errors.ts';
import { readProfile } from './profile.ts';
import { trimmedValue } from './value-form.ts';
import { VARIABLE_NAMES } from './variables.ts';
import type { VariableName } from './variables.ts';

/** Where a value came from, the stronger first. */
export type Source = 'flag' | 'environment' | '.env' | 'profile';

export interface Setting {
  readonly value: string;
  readonly source: Source;
}

export type Settings = ReadonlyMap<VariableName, Setting>;

/** Values given on the command line. */
export type Flags = { readonly [Name in VariableName]?: string | undefined };

/**
 * Reads all settings: flags over the environment over `.env` over the profile that `init` saved. Blanks and new lines
 * around a value do not belong to it (`trimmedValue`); an empty value counts as not set.
 */
export async function readSettings(flags: Flags, folder = process.cwd()): Promise<Settings> {
  const layers: [Source, { readonly [name: string]: unknown }][] = [
    ['flag', flags],
    ['environment', process.env],
    ['.env', readEnvFile(`${folder}/.env`)],
    ['profile', await readProfile()],
  ];
  const settings = new Map<VariableName, Setting>();
  for (const name of VARIABLE_NAMES) {
    for (const [source, values] of layers) {
      const given = values[name];
      const value = typeof given === 'string' ? trimmedValue(name, given) : '';
      if (value === '') continue;
      settings.set(name, { value, source });
      break;
    }
  }
  return settings;
}

function readEnvFile(path: string): { readonly [name: string]: unknown } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigurationError('env_file', `.env cannot be read: ${messageOf(error)}.`, {
      hint: 'Make it readable for this user, or remove it.',
      cause: error,
    });
  }
  return parseEnv(text);
}
