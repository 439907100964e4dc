import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** Whether this user has no access to a folder on the path. Files in such a folder are ignored. */
export function isInClosedFolder(path: string): boolean {
  try {
    accessSync(dirname(path), constants.X_OK);
    return false;
  } catch {
    return true;
  }
}
