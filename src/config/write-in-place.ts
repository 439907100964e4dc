import { closeSync, fchmodSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { messageOf } from '../errors.ts';

const NEWLINE = 0x0a;

/**
 * Writes a text file that is there anew, and puts no other file into its place: a link stays a link, a mount stays
 * mounted, owner and mode stay. One call writes it, padded with newlines to the old length; only then it is cut to its new
 * length. Whoever watches the file, as Kratos does, finds no moment in which it is empty.
 * @param mode given to the file before anything is written to it
 * @throws the system's error; the file then has what it had before, or the message says that it has not
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

/** In one call, but where the system takes only a part: a full disk does. */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
}

/** The place of the old bytes is the file's already, so that a full disk takes them. */
function putBack(file: number, before: Buffer, cause: unknown): void {
  try {
    writeAll(file, before);
    ftruncateSync(file, before.length);
  } catch (error) {
    throw new Error(
      `${messageOf(cause)}; what it had before cannot be put back (${messageOf(error)}), and it is damaged`,
      { cause: error },
    );
  }
}
