import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Slot } from './limiter.ts';
import { Limiter } from './limiter.ts';

const never = new AbortController().signal;

/** Asks for a slot and notes when it was given. */
async function ask(limiter: Limiter, name: string, came: string[], big = false): Promise<Slot | undefined> {
  const slot = await limiter.slot(big, never);
  came.push(name);
  return slot;
}

it('gives slots first come, first served, and the next one when a slot is given back', async () => {
  const limiter = new Limiter(() => 0);
  const came: string[] = [];
  const slots = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ask(limiter, name, came));
  await turn();
  expect(came).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(limiter.inFlight).toBe(5);
  (await slots[0])?.release('failed');
  await turn();
  expect(came).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('drops a waiting call that is aborted, and serves the next one', async () => {
  const limiter = new Limiter(() => 0);
  const came: string[] = [];
  const first = await ask(limiter, 'a', came);
  for (const name of ['b', 'c', 'd', 'e']) await ask(limiter, name, came);
  const cut = new AbortController();
  const waiting = limiter.slot(false, cut.signal);
  const behind = ask(limiter, 'f', came);
  cut.abort();
  expect(await waiting).toBeUndefined();
  expect(await limiter.slot(false, cut.signal)).toBeUndefined();
  first?.release('failed');
  await behind;
  expect(limiter.inFlight).toBe(5);
});

it('has at most 10 slots for big calls, and small calls pass them', async () => {
  const limiter = new Limiter(() => 0);
  const came: string[] = [];
  while (limiter.limit < 25) {
    const slots: (Slot | undefined)[] = [];
    while (limiter.inFlight < limiter.limit) slots.push(await limiter.slot(false, never));
    for (const slot of slots) slot?.release('answered');
  }
  const big = Array.from({ length: 12 }, (_, index) => ask(limiter, `big ${index}`, came, true));
  await ask(limiter, 'small', came);
  await turn();
  expect(came.filter((name) => name.startsWith('big'))).toHaveLength(10);
  expect(came).toContain('small');
  (await big[0])?.release('answered');
  await big[10];
  expect(limiter.inFlight).toBe(11);
});
