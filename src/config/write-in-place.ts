import { closeSync, fchmodSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { messageOf } from '../errors.ts';

const NEWLINE = 0x0a;

/**
 * Overwrites an existing text file without replacing it. A link stays a link, a mount stays mounted, and
 * owner and mode stay. One call writes the text, padded with line breaks to the old length. Only then is the
 * file cut to its new length. So a program that watches the file, as Kratos does, never sees it empty.
 * @param mode set on the file before anything is written
 * @throws the system's error. The file then has its old content. If not, the message says so
 */
export function writeInPlace(path: string, text: string, mode?: number): void {
  const file = openSync(path, 'r+');
  try {
    const before = readFileSync(file);
    const bytes = Buffer.from(text);
    if (mode !== undefined) fchmodSync(file, mode);
    try {
      writeAll(file, padded(bytes, before.length));
    } catch (error) {
      putBack(file, before, error);
      throw error;
    }
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function padded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), NEWLINE)]);
}

/** Normally one call. More are needed only if the system takes a part, as on a full disk. */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
}

/** The file still occupies the space of the old bytes, so they fit even on a full disk. */
function putBack(file: number, before: Buffer, cause: unknown): void {
  try {
    writeAll(file, before);
    ftruncateSync(file, before.length);
  } catch (error) {
    throw new Error(
      `${messageOf(cause)}; its old content cannot be restored (${messageOf(error)}), and the file is damaged`,
      { cause: error },
    );
  }
}
