/** Where the store is that DATABASE_URL names. */
import { statSync } from 'node:fs';
import { ConfigurationError } from '../../errors.ts';

export type Place =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string };

/**
 * @param url as DATABASE_URL has it: `sqlite:PATH`, `sqlite://PATH` or `postgres://…`
 * @throws ConfigurationError for what is neither, and for what is no plain path: a DSN of Kratos with its parameters, a
 * store in memory
 */
export function locateStore(url: string): Place {
  const path = sqlitePath(url);
  if (path !== undefined) return { engine: 'sqlite', path };
  if (/^postgres(?:ql)?:\/\//.test(url)) return { engine: 'postgres', url };
  throw new ConfigurationError('database_url', 'DATABASE_URL is not a store this version knows.', {
    hint: 'Use sqlite:PATH, as in "sqlite:/var/lib/ory-zoho/store.db", or postgres://USER:PASSWORD@HOST/DATABASE.',
  });
}

/**
 * The file of a SQLite store that does not exist yet; undefined: there is one, or it is none of SQLite's. A file that
 * this user may not see counts as there: opening it says why not.
 * @throws ConfigurationError for what is no plain path
 */
export function missingFile(url: string): string | undefined {
  const path = sqlitePath(url);
  return path !== undefined && isMissing(path) ? path : undefined;
}

function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function sqlitePath(url: string): string | undefined {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  if (path === undefined) return undefined;
  if (path.includes('?')) throw notAPath('has parameters after a question mark, as Kratos writes them');
  if (path === ':memory:' || path.startsWith('file:')) throw notAPath('names no file by its path');
  return path;
}

function notAPath(what: string): ConfigurationError {
  return new ConfigurationError('database_url', `DATABASE_URL ${what}.`, {
    hint: 'Give ory-zoho a file of its own by its path alone, such as sqlite:/var/lib/ory-zoho/store.db.',
  });
}
