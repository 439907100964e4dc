import { expect, test } from 'vitest';
import { kindOf } from './disk.ts';

test.each([
  ['ext4', 0xef53, 'local'],
  ['XFS', 0x58465342, 'local'],
  ['NFS', 0x6969, 'network'],
  ['CIFS', 0xff534d42, 'network'],
  ['CIFS, as a signed number', 0xff534d42 | 0, 'network'],
  ['tmpfs', 0x01021994, 'memory'],
  ['overlayfs', 0x794c7630, 'container'],
])('%s is told by its number', (_name, type, kind) => {
  expect(kindOf(type)).toBe(kind);
});
