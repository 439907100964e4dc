import { describe, expect, it } from 'vitest';
import { BackfillProcess, runBackfill } from '../processes/backfill-process.ts';
import { aSandbox } from '../processes/setup.ts';

describe('an interrupted backfill', () => {
  it('Ctrl-C: exit 130 even while Zoho hangs, and the next one goes on', async () => {
    const sandbox = await aSandbox({ identities: 3_000 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      after: 3,
      effect: { hold: 'before_commit' },
    });
    const first = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    first.process.kill('SIGINT');
    const { code, last } = await first.end();
    expect(code).toBe(130);
    expect(last).toMatchObject({ event: 'stopped', finished: false });
    expect(first.rows('SELECT id FROM process')).toEqual([]);
    await sandbox.control.removeFault(hold);
    const again = await runBackfill(sandbox, [], { folder: first.folder });
    expect(again.code).toBe(0);
    expect(again.last).toMatchObject({ read: 3_000, failed: 0, resumed: true });
    expect(await sandbox.control.contacts()).toHaveLength(3_000);
  });

  it('--restart begins at the first page again', async () => {
    const sandbox = await aSandbox({ identities: 2_000 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      after: 2,
      effect: { hold: 'before_commit' },
    });
    const first = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    first.process.kill('SIGTERM');
    expect((await first.end()).code).toBe(130);
    await sandbox.control.removeFault(hold);
    const { last } = await runBackfill(sandbox, ['--restart'], { folder: first.folder });
    expect(last).toMatchObject({ read: 2_000, failed: 0, resumed: false });
    expect(await sandbox.control.contacts()).toHaveLength(2_000);
  });

  it('killed at random moments until it is done: each of 25,000 arrives once and is counted once', {
    timeout: 600_000,
  }, async () => {
    const sandbox = await aSandbox({ identities: 25_000, latencyMs: 5 });
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
    const random = randomFrom(seed);
    let backfill = new BackfillProcess(sandbox);
    let kills = 0;
    for (;;) {
      const until = Math.round(random() * 12);
      // Each kill comes after a random number of pages, and then at a random moment before the next page.
      await backfill.until(({ event }) => event === 'done' || pagesOf(backfill) >= until).catch(() => {});
      if (backfill.events.some(({ event }) => event === 'done')) break;
      await new Promise((resolve) => setTimeout(resolve, random() * 200));
      backfill.process.kill('SIGKILL');
      const { last } = await backfill.end();
      if (last?.event === 'done') break;
      kills += 1;
      backfill = new BackfillProcess(sandbox, [], { folder: backfill.folder });
    }
    const { code, last } = await backfill.end();
    expect([seed, code, last]).toEqual([
      seed,
      0,
      expect.objectContaining({ read: 25_000, skipped: 0, failed: 0, resumed: kills > 0 }),
    ]);
    expect(kills).toBeGreaterThan(0);
    const emails = (await sandbox.control.contacts()).map(({ fields }) => fields['Email']);
    expect([seed, emails.length, new Set(emails).size]).toEqual([seed, 25_000, 25_000]);
  });
});

function pagesOf({ events }: BackfillProcess): number {
  return events.filter(({ event }) => event === 'page').length;
}

/** Mulberry32: a generator that gives the same moments for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
