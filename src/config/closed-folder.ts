import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** Whether a folder on the way to the file is closed to this user: what is in there is no concern of its. */
export function isInClosedFolder(path: string): boolean {
  try {
    accessSync(dirname(path), constants.X_OK);
    return false;
  } catch {
    return true;
  }
}
