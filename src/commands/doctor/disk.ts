import { statfsSync } from 'node:fs';

/** The disk a file is on. */
export interface Disk {
  /** `network` and `memory` are not safe for a store. Undefined if it is unknown. */
  readonly kind: 'local' | 'network' | 'memory' | 'container' | undefined;
  readonly freeBytes: number;
}

/** Magic numbers of file systems that a SQLite store should not be on (Linux, statfs(2)). */
const KINDS: ReadonlyMap<number, 'network' | 'memory' | 'container'> = new Map([
  [0x6969, 'network'], // NFS
  [0x517b, 'network'], // SMB
  [0xff534d42, 'network'], // CIFS
  [0xfe534d42, 'network'], // SMB 2
  [0x01021997, 'network'], // 9P
  [0x65735546, 'network'], // FUSE: sshfs, object storage, shared folders
  [0x5346414f, 'network'], // AFS
  [0x00c36400, 'network'], // Ceph
  [0x0bd00bd0, 'network'], // Lustre
  [0x47504653, 'network'], // GPFS
  [0x786f4256, 'network'], // VirtualBox shared folder
  [0x01021994, 'memory'], // tmpfs
  [0x858458f6, 'memory'], // ramfs
  [0x794c7630, 'container'], // overlayfs
]);

export function diskOf(path: string): Disk {
  const { type, bavail, bsize } = statfsSync(path);
  // These numbers are Linux's; other systems have different ones or none.
  return { kind: process.platform === 'linux' ? kindOf(type) : undefined, freeBytes: bavail * bsize };
}

/** @param type from statfs; some systems give it as a negative number */
export function kindOf(type: number): Exclude<Disk['kind'], undefined> {
  return KINDS.get(type >>> 0) ?? 'local';
}
