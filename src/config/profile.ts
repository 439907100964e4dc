import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { isInClosedFolder } from './closed-folder.ts';
import { VARIABLE_NAMES } from './variables.ts';
import type { VariableName } from './variables.ts';
import { writeInPlace } from './write-in-place.ts';

/** The values that `init` saved, each under the name of its variable. */
export type Profile = { readonly [Name in VariableName]?: string };

const PROJECT = 'ory-zoho';
const NAME = 'profile';

const stored = z.record(z.string(), z.unknown());

/**
 * Reads the saved profile. It is empty if there is no file, no home folder, or no access to the folder.
 * Creates nothing.
 * @throws ConfigurationError if the file exists and cannot be read
 */
export async function readProfile(): Promise<Profile> {
  const text = await readText();
  if (text === undefined) return {};
  let values;
  try {
    values = stored.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(error);
  }
  const known = VARIABLE_NAMES.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(known);
}

/** @returns undefined if there is no such file */
async function readText(): Promise<string | undefined> {
  let path: string;
  try {
    path = await profilePath();
  } catch {
    return undefined;
  }
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error) || isInClosedFolder(path)) return undefined;
    throw unreadable(error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/**
 * Replaces the saved profile. Only its owner can read the file (mode 0600). If the file cannot be replaced,
 * for example because it is mounted, it is written in place.
 * @throws ConfigurationError if it cannot be written. The file is then as before
 */
export async function saveProfile(profile: Profile): Promise<void> {
  const path = await profilePath();
  try {
    // conf would try for ever if no folder can be created, as under /proc.
    makeFolder(dirname(path));
    (await open()).store = { ...profile };
  } catch (error) {
    if (!existsSync(path)) throw unwritable(path, error);
    try {
      writeInPlace(path, `${JSON.stringify(profile, null, '\t')}\n`, 0o600);
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }
}

export async function deleteProfile(): Promise<void> {
  rmSync(await profilePath(), { force: true });
}

/**
 * The path of the profile's file, which may not exist.
 * @throws ConfigurationError if this user has no home folder
 */
export async function profilePath(): Promise<string> {
  try {
    const { default: envPaths } = await import('env-paths');
    return join(envPaths(PROJECT, { suffix: '' }).config, `${NAME}.json`);
  } catch (error) {
    throw new ConfigurationError(
      'profile',
      'There is no place for a saved profile: this user has no home folder.',
      { hint: 'Set HOME, or set the values in the environment.', cause: error },
    );
  }
}

async function open() {
  // The import is loaded only here, because most of it is for checks that reading does not need. One of its
  // libraries ends the process on SIGXFSZ if there is no listener. With one, a limit on file sizes comes back
  // as an error.
  if (process.listenerCount('SIGXFSZ') === 0) process.on('SIGXFSZ', () => {});
  const { default: Conf } = await import('conf');
  return new Conf<{ [name: string]: unknown }>({
    projectName: PROJECT,
    projectSuffix: '',
    configName: NAME,
    configFileMode: 0o600,
  });
}

function unwritable(path: string, cause: unknown): ConfigurationError {
  return new ConfigurationError('profile', `${path} cannot be written: ${messageOf(cause)}.`, {
    hint: 'Make it and its folder writable for this user, or set HOME to a folder that this user can write to.',
    cause,
  });
}

function unreadable(error: unknown): ConfigurationError {
  return new ConfigurationError('profile', `The saved profile cannot be read: ${messageOf(error)}.`, {
    hint: 'Remove the file, or set the values in the environment.',
    cause: error,
  });
}
