import { afterAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { BURST, burst, CANNOT, closeConnections, SLOW_DISK } from './slow-disk.ts';

afterAll(closeConnections);

const stored = (serve: ServeProcess) => Number(serve.rows('SELECT COUNT(*) AS n FROM outbox')[0]?.['n']);

describe.skipIf(CANNOT)('more webhooks than the disk can take', () => {
  it('are turned away at once with 503; the acknowledged ones are stored, and then there is room again', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const serve = await aServe(sandbox, { through: SLOW_DISK, variables: { LOG_LEVEL: 'info' } });
    const answers = await burst(serve, '');
    const taken = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(taken.length).toBeGreaterThanOrEqual(1_000);
    expect(refused.length).toBeGreaterThan(0);
    expect(taken.length + refused.length).toBe(BURST);
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['5']));
    // Webhooks that were turned away have not waited for the disk as the others did.
    expect(answers.findLastIndex(({ status }) => status === 503)).toBeLessThan(
      answers.findLastIndex(({ status }) => status === 200),
    );
    expect(stored(serve)).toBe(taken.length);
    expect((await burst(serve, '', 20)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});
