/** The file of a SQLite store; undefined for another kind of store. @param databaseUrl as DATABASE_URL has it */
export function sqlitePath(databaseUrl: string): string | undefined {
  return /^sqlite:(?:\/\/)?(.+)$/.exec(databaseUrl)?.[1];
}
