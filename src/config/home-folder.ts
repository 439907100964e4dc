import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's folders for data and caches, by the XDG Base Directory Specification. Each has a variable, and a
 * place in the home folder if that is not set.
 */
const FOLDERS = {
  data: { variable: 'XDG_DATA_HOME', inHome: ['.local', 'share'] },
  cache: { variable: 'XDG_CACHE_HOME', inHome: ['.cache'] },
} as const;

/**
 * Our own folder there, which may not exist yet. Undefined if this user has no home folder, as in many
 * containers.
 */
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
    // Without HOME, Node looks in the system's list of users. The user of a container may be missing there.
    return undefined;
  }
}
