import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const skipped = spawnSync('strace', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped)
  process.stderr.write(
    'test/e2e/serve/durable.test.ts is skipped: no `strace` on PATH (apt-get install strace)\n',
  );

const SLOW_DISK = 'inject=fsync,fdatasync:delay_enter=200000';

/** The position in the trace of the first line after `from` that matches. */
function after(lines: readonly string[], from: number, pattern: RegExp): number {
  return lines.findIndex((line, index) => index > from && pattern.test(line));
}

describe.skipIf(skipped)('what is acknowledged is on the disk (rule 30)', () => {
  it('the log is written, then synced, and only then is the webhook answered 200', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const trace = `${newFolder()}/trace`;
    const calls = 'trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
    const serve = await aServe(sandbox, {
      // The slow disk shows if serve does not wait for it.
      through: ['strace', '-D', '-f', '-y', '-s', '64', '-e', calls, '-e', SLOW_DISK, '-o', trace],
    });
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    const before = readFileSync(trace, 'utf8').split('\n').length;
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    await eventually(() =>
      readFileSync(trace, 'utf8')
        .split('\n')
        .slice(before)
        .some((line) => line.includes('HTTP/1.1 200')),
    );

    const lines = readFileSync(trace, 'utf8').split('\n').slice(before);
    const written = after(lines, -1, /pwrite64\(\d+<.*store\.db-wal>/);
    const syncing = after(lines, written, /(fsync|fdatasync)\(\d+<.*store\.db-wal>/);
    const synced = after(lines, syncing - 1, /(fsync|fdatasync)(\(.*\)| resumed>.*\)) += 0/);
    const answered = after(lines, -1, /HTTP\/1\.1 200/);
    expect([written, syncing, synced].every((index) => index >= 0)).toBe(true);
    expect(lines.slice(syncing, synced).filter((line) => /pwrite64/.test(line))).toEqual([]);
    expect(answered).toBeGreaterThan(synced);
  });
});
