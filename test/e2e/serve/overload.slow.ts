import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { burst, CANNOT, closeConnections, SLOW_DISK } from './slow-disk.ts';

const ROUNDS = 3;
const LARGE = 'x'.repeat(64 * 1024);

afterAll(closeConnections);

/** The most memory that the process ever used, in MB. */
function peakMemory({ process: { pid } }: ServeProcess): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

describe.skipIf(CANNOT)('more webhooks than the disk can take', () => {
  it('use no memory once they are turned away: repeated bursts need no more', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const serve = await aServe(sandbox, { through: SLOW_DISK, variables: { LOG_LEVEL: 'info' } });
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await burst(serve, LARGE);
      expect(answers.some(({ status }) => status === 503)).toBe(true);
      peaks.push(peakMemory(serve));
    }
    expect(peaks.at(-1)).toBeLessThan(1.5 * (peaks[0] ?? 0));
    expect((await fetch(`${serve.url}/health/ready`)).status).toBe(200);
  });
});
