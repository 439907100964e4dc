import { ConfigurationError } from '../errors.ts';

/**
 * The file of a SQLite store; undefined for another kind of store.
 * @param databaseUrl as DATABASE_URL has it: `sqlite:PATH` or `sqlite://PATH`
 * @throws ConfigurationError for what is no plain path: a DSN of Kratos with its parameters, a store in memory
 */
export function sqlitePath(databaseUrl: string): string | undefined {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(databaseUrl)?.[1];
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
