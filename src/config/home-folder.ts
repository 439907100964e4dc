import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The user's folders for data and caches, by the XDG Base Directory Specification: the variable of each, and where it is else. */
const FOLDERS = {
  data: { variable: 'XDG_DATA_HOME', inHome: ['.local', 'share'] },
  cache: { variable: 'XDG_CACHE_HOME', inHome: ['.cache'] },
} as const;

/** Our own folder there, whether it is there or not. Undefined: this user has no home folder, as in many containers. */
export function ourFolder(kind: keyof typeof FOLDERS): string | undefined {
  const { variable, inHome } = FOLDERS[kind];
  const set = process.env[variable] ?? '';
  if (set !== '') return join(set, 'ory-zoho');
  const home = homeFolder();
  return home === undefined ? undefined : join(home, ...inHome, 'ory-zoho');
}

function homeFolder(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    // Without HOME the system looks into its list of users, where the user of a container may be missing.
    return undefined;
  }
}
