import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readEnvText } from '../../../config/env-file.ts';
import { profilePath, readProfile, saveProfile } from '../../../config/profile.ts';
import type { Profile } from '../../../config/profile.ts';
import { readSettings } from '../../../config/sources.ts';
import { VARIABLE_NAMES } from '../../../config/variables.ts';
import type { VariableName } from '../../../config/variables.ts';
import { writeEnv } from '../../../config/write-env.ts';
import { ConfigurationError } from '../../../errors.ts';
import { writeEach } from './write-each.ts';
import type { FileToWrite } from './write-each.ts';
import { say } from '../../terminal/print.ts';
import { warn } from '../talk.ts';

/** Values to save; undefined removes a saved one. */
export type Changes = { readonly [Name in VariableName]?: string | undefined };

/**
 * Saves the changes to the profile and, if wanted, to a `.env` file, and says where another source overrides
 * them. Resolves to the profile's path.
 * @param before files to write first
 * @throws ConfigurationError that says what was saved and what was not. Everything that can be saved is saved
 */
export async function save(
  changes: Changes,
  envFile: string | undefined,
  before: readonly FileToWrite[] = [],
): Promise<string> {
  const merged = { ...(await readProfile()), ...changes };
  const entries = VARIABLE_NAMES.flatMap((name) => {
    const value = merged[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const profile: Profile = Object.fromEntries(entries);
  await writeEach([
    ...before,
    { name: 'the profile', write: () => saveProfile(profile) },
    ...(envFile === undefined
      ? []
      : [{ name: envFile, write: () => writeEnv(envFile, Object.fromEntries(entries)) }]),
  ]);
  await sayWhatHides(profile);
  return profilePath();
}

async function sayWhatHides(profile: Profile): Promise<void> {
  const hiding = new Map<string, VariableName[]>();
  for (const [name, { value, source }] of await readSettings({})) {
    const hides = source !== 'profile' && value !== (profile[name] ?? value);
    if (hides) hiding.set(source, [...(hiding.get(source) ?? []), name]);
  }
  for (const [source, names] of hiding) {
    const where = source === '.env' ? 'The .env file here' : 'The environment';
    warn(`${where} sets ${names.join(', ')} to another value, which overrides the saved one.`);
    const too = source === '.env' ? ', or give --write-env .env to save the values there too' : '';
    say(`  Remove it there${too}.`);
  }
}

/** Checks that the file can be written, before any question. @throws ConfigurationError */
export function checkEnvFile(path: string | undefined): void {
  if (path === undefined) return;
  const there = existsSync(path);
  // A mounted file can be in a folder that is not writable.
  const what = there ? path : dirname(resolve(path));
  try {
    accessSync(what, constants.W_OK);
  } catch (cause) {
    const why = there ? 'this user may not write it' : `${what} is not a folder to write to`;
    throw new ConfigurationError('write_env', `${path} cannot be written: ${why}.`, {
      hint: 'Give --write-env a path in a folder that this user can write to.',
      cause,
    });
  }
  readEnvText(path);
}
