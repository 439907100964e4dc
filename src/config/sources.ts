import { parseEnv } from 'node:util';
import { readEnvText, withUnixLines } from './env-file.ts';
import { readProfile } from './profile.ts';
import { trimmedValue } from './value-form.ts';
import { VARIABLE_NAMES } from './variables.ts';
import type { VariableName } from './variables.ts';

/** Where a value came from, the strongest first. */
export type Source = 'flag' | 'environment' | '.env' | 'profile';

export interface Setting {
  readonly value: string;
  readonly source: Source;
}

export type Settings = ReadonlyMap<VariableName, Setting>;

/** Values given on the command line. */
export type Flags = { readonly [Name in VariableName]?: string | undefined };

/**
 * Reads all settings. Flags win over the environment, then comes `.env`, then the profile that `init` saved.
 * Blanks and line breaks around a value are removed (`trimmedValue`). An empty value counts as not set.
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
  return parseEnv(withUnixLines(readEnvText(path) ?? ''));
}
