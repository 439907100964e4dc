import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { profilePath, readProfile, saveProfile } from '../../config/profile.ts';
import type { Profile } from '../../config/profile.ts';
import { readSettings } from '../../config/sources.ts';
import { VARIABLE_NAMES } from '../../config/variables.ts';
import type { VariableName } from '../../config/variables.ts';
import { writeEnv } from '../../config/write-env.ts';
import { ConfigurationError } from '../../errors.ts';
import { say, warn } from './talk.ts';

/** Values to save; undefined takes a saved one away. */
export type Changes = { readonly [Name in VariableName]?: string | undefined };

/**
 * Saves the changes to the profile and, if wanted, to a `.env` file; says where something stronger hides them.
 * Resolves to the profile's path.
 */
export async function save(changes: Changes, envFile: string | undefined): Promise<string> {
  const merged = { ...(await readProfile()), ...changes };
  const entries = VARIABLE_NAMES.flatMap((name) => {
    const value = merged[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const profile: Profile = Object.fromEntries(entries);
  await saveProfile(profile);
  if (envFile !== undefined) writeEnv(envFile, Object.fromEntries(entries));
  const hiding = new Map<string, VariableName[]>();
  for (const [name, { value, source }] of await readSettings({})) {
    const hides = source !== 'profile' && value !== (profile[name] ?? value);
    if (hides) hiding.set(source, [...(hiding.get(source) ?? []), name]);
  }
  for (const [source, names] of hiding) {
    const where = source === '.env' ? 'The .env file here' : 'The environment';
    warn(`${where} sets ${names.join(', ')} to something else, and wins over what was saved.`);
    const too = source === '.env' ? ', or give --write-env .env to have the saved values there too' : '';
    say(`  Take it out there${too}.`);
  }
  return profilePath();
}

/** Before anything is asked: whether the file can be written at all. @throws ConfigurationError */
export function checkEnvFile(path: string | undefined): void {
  if (path === undefined) return;
  const folder = dirname(resolve(path));
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new ConfigurationError(
      'write_env',
      `${path} cannot be written: ${folder} is not a folder to write to.`,
      {
        hint: 'Give --write-env a path in a folder that this user can write to.',
        cause,
      },
    );
  }
}
