import { expect, test } from 'vitest';
import { textOfBytes } from './text-bytes.ts';

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

test.each<[string, Buffer, string | undefined]>([
  ['UTF-8', Buffer.from('Zoë=1\r\n'), 'Zoë=1\r\n'],
  ['UTF-8 with a byte order mark', Buffer.from('\uFEFFA=1'), 'A=1'],
  ['UTF-16 with the low byte first', utf16('Zoë=1'), 'Zoë=1'],
  ['UTF-16 with the high byte first', utf16('Zoë=1').swap16(), 'Zoë=1'],
  ['an empty file', Buffer.from(''), ''],
  ['UTF-16 without a mark', utf16('A=1').subarray(2), undefined],
  ['UTF-16 cut in the middle of a letter', utf16('A=1').subarray(0, 5), undefined],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), undefined],
  ['Latin-1', Buffer.from('Zoë', 'latin1'), undefined],
  ['a NUL in the text', Buffer.from('A=1\0'), undefined],
])('%s is read, or recognized as not being text', (_name, bytes, text) => {
  expect(textOfBytes(bytes)).toBe(text);
});
