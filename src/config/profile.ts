import { rmSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../errors.ts';
import { VARIABLE_NAMES } from './variables.ts';
import type { VariableName } from './variables.ts';

/** The values that `init` saved, by the variable each stands for. */
export type Profile = { readonly [Name in VariableName]?: string };

const stored = z.record(z.string(), z.unknown());

/** Reads the saved profile; empty where there is none. @throws ConfigurationError when the file is damaged */
export async function readProfile(): Promise<Profile> {
  const file = await open();
  const values = stored.parse(file.store);
  const known = VARIABLE_NAMES.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Replaces the saved profile; the file is readable for its owner alone (mode 0600). */
export async function saveProfile(profile: Profile): Promise<void> {
  const file = await open();
  file.store = { ...profile };
}

/** Deletes the profile's file. */
export async function deleteProfile(): Promise<void> {
  rmSync(await profilePath(), { force: true });
}

export async function profilePath(): Promise<string> {
  return (await open()).path;
}

async function open() {
  const { default: Conf } = await import('conf');
  try {
    return new Conf<{ [name: string]: unknown }>({
      projectName: 'ory-zoho',
      projectSuffix: '',
      configName: 'profile',
      configFileMode: 0o600,
    });
  } catch (error) {
    throw new ConfigurationError('profile', `The saved profile cannot be read: ${messageOf(error)}.`, {
      hint: 'Remove the file, or set the values in the environment.',
      cause: error,
    });
  }
}
