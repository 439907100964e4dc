/**
 * The text of a file, saved with any editor. It may be UTF-8, or UTF-16 with a byte order mark, as Windows
 * PowerShell writes it. The mark is not part of the text.
 * @returns undefined if the bytes are neither, or hold a NUL. No text file has one, but UTF-16 without a mark
 * has many
 */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
