import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../errors.ts';

interface Meaning {
  readonly kind: StoreError['kind'];
  readonly says: string;
  readonly hint: string;
  readonly passes?: boolean;
}

const busy: Meaning = {
  kind: 'busy',
  says: 'is busy with another process',
  hint: 'Try again in a moment.',
};
const full: Meaning = {
  kind: 'full',
  says: 'is full',
  hint: 'Free some disk space. No acknowledged webhook is lost.',
};
const readOnly: Meaning = {
  kind: 'read_only',
  says: 'is read-only',
  hint: 'Give this user write access to the file and its folder.',
};
const disk: Meaning = {
  kind: 'broken',
  says: 'cannot be read or written',
  hint: 'Check the disk and its free space.',
  passes: true,
};
const damaged: Meaning = {
  kind: 'broken',
  says: 'is damaged',
  hint: 'Restore it from a backup, or move it away and run a backfill.',
};
const closed: Meaning = {
  kind: 'broken',
  says: 'cannot be opened',
  hint: 'Set DATABASE_URL to a file in a folder that this user may write to.',
};
const noDatabase: Meaning = {
  kind: 'broken',
  says: 'is not a database',
  hint: 'Point DATABASE_URL to another file.',
};

/**
 * SQLite's primary result codes (https://www.sqlite.org/rescode.html) about which a user can do something.
 */
const BY_RESULT: { readonly [code: number]: Meaning } = {
  5: busy,
  6: busy,
  8: readOnly,
  10: disk,
  11: damaged,
  13: full,
  14: closed,
  15: busy,
  26: noDatabase,
};

/** Errors of the system about a path that stay until a person changes something. */
const LASTING = [
  'EACCES',
  'EPERM',
  'EROFS',
  'EISDIR',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
  'ELOOP',
  'ENAMETOOLONG',
];
const NO_SPACE = ['ENOSPC', 'EDQUOT'];

/**
 * Turns an error of SQLite or of the file system into a StoreError. Any other error is returned unchanged.
 */
export function sqliteStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const result = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
  const meaning = result === undefined ? undefined : BY_RESULT[result];
  if (meaning !== undefined) {
    const { kind, says, hint } = meaning;
    // The same two codes mean a file without permission, or a file that the system has no room to open now.
    const unclear = meaning === readOnly || meaning === closed;
    const passes = unclear ? isUsable(path) : meaning.passes;
    return new StoreError(kind, `The store ${path} ${says}.`, { hint, passes, cause: error });
  }
  if (!('syscall' in error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (NO_SPACE.includes(code)) {
    return new StoreError('full', `The store ${path} ${full.says}.`, { hint: full.hint, cause: error });
  }
  return new StoreError('broken', `The store ${path} cannot be opened: ${error.message}.`, {
    hint: closed.hint,
    passes: !LASTING.includes(code),
    cause: error,
  });
}

/** Whether this user may read and write the file, and the folder in which SQLite creates two more files. */
function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
