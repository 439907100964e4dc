import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ConfigurationError, messageOf } from '../../errors.ts';
import type { Named } from '../../sync/find-identity/named.ts';
import { idOfFlag } from '../parts/named-identity.ts';
import type { SyncOptions } from './sync-options.ts';

/**
 * The identities on the command line, without repetitions: first the ids, then the arguments, then the lines
 * of the file or stdin. Blank lines and comments (`#`) are skipped.
 * @param signal ends the reading of stdin
 * @throws ConfigurationError if none is given, for an empty email or an invalid id; while reading, for a file
 * that cannot be read
 */
export function wantedOf(
  emails: readonly string[],
  { id: ids, file }: Pick<SyncOptions, 'id' | 'file'>,
  signal: AbortSignal,
): AsyncGenerator<Named> {
  if (emails.length + ids.length === 0 && file === undefined) {
    throw usage('No identity is given.', 'Give emails, --id UUID, --file PATH, or - for stdin.');
  }
  if (emails.some((email) => email.trim() === '')) {
    throw usage('An email is empty.', 'If it comes from a variable, check that the variable is set.');
  }
  const wantedIds = ids.map(idOfFlag);
  const sources = new Set([
    ...(file === undefined ? [] : [file]),
    ...emails.filter((email) => email === '-'),
  ]);
  const named = emails.filter((email) => email !== '-');
  return eachOnce(wantedIds, named, sources, signal);
}

async function* eachOnce(
  ids: readonly string[],
  named: readonly string[],
  sources: Iterable<string>,
  signal: AbortSignal,
): AsyncGenerator<Named> {
  for (const id of new Set(ids)) yield { by: 'id', id };
  const seen = new Set<string>();
  const isNew = (email: string) => !seen.has(email) && seen.add(email) !== undefined;
  for (const email of named.map((one) => one.trim())) if (isNew(email)) yield { by: 'email', email };
  for (const source of sources) {
    for await (const line of linesOf(source, signal)) {
      const email = line.replace(/^\uFEFF/, '').trim();
      if (email !== '' && !email.startsWith('#') && isNew(email)) yield { by: 'email', email };
    }
  }
}

async function* linesOf(source: string, signal: AbortSignal): AsyncIterable<string> {
  if (source === '-') {
    yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY, signal });
    return;
  }
  const file = await open(source).catch(unreadable);
  try {
    yield* file.readLines({ encoding: await encodingOf(file) });
  } catch (error) {
    unreadable(error);
  } finally {
    await file.close();
  }
}

/**
 * Spreadsheets can save text as UTF-16, which the byte order mark shows. A pipe cannot be read twice, so it
 * is not checked.
 */
async function encodingOf(file: FileHandle): Promise<'utf8' | 'utf16le'> {
  if (!(await file.stat()).isFile()) return 'utf8';
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf16le' : 'utf8';
}

function unreadable(error: unknown): never {
  throw usage(`The file cannot be read: ${messageOf(error)}`, 'Give a text file with one email a line.');
}

function usage(message: string, hint: string): ConfigurationError {
  return new ConfigurationError('usage', message, { hint });
}

/** Splits into groups of at most this size. */
export async function* groupsOf<T>(all: AsyncIterable<T>, atMost: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const one of all) {
    group.push(one);
    if (group.length < atMost) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
