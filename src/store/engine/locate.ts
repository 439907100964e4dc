/** The location of the store that DATABASE_URL names. */
import { statSync } from 'node:fs';
import { ConfigurationError } from '../../errors.ts';

export type Place =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string };

/**
 * @param url as DATABASE_URL has it: `sqlite:PATH`, `sqlite://PATH` or `postgres://…`
 * @throws ConfigurationError for any other form, and for a SQLite URL that is not a plain path, such as a DSN
 * of Kratos with parameters or a store in memory
 */
export function locateStore(url: string): Place {
  const path = sqlitePath(url);
  if (path !== undefined) return { engine: 'sqlite', path };
  if (/^postgres(?:ql)?:\/\//.test(url)) return { engine: 'postgres', url };
  throw new ConfigurationError('database_url', 'DATABASE_URL is not a store that this version knows.', {
    hint: 'Use sqlite:PATH, as in "sqlite:/var/lib/ory-zoho/store.db", or postgres://USER:PASSWORD@HOST/DATABASE.',
  });
}

/**
 * The file of a SQLite store that does not exist yet. Undefined if it exists or the store is not SQLite. A
 * file that this user may not see counts as existing, because opening it gives the reason.
 * @throws ConfigurationError unless it is a plain path
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
  if (path === ':memory:' || path.startsWith('file:')) throw notAPath('does not name a file by its path');
  return path;
}

function notAPath(what: string): ConfigurationError {
  return new ConfigurationError('database_url', `DATABASE_URL ${what}.`, {
    hint: 'Give only the path of a file of its own, such as sqlite:/var/lib/ory-zoho/store.db.',
  });
}
