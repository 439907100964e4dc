import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './model/world.ts';
import { openNetwork } from './outgoing/network.ts';

/** Node's own clocks, timers and random numbers, and the real network. */
export const NODE_WORLD: World = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  async sleep(ms, signal) {
    if (signal === undefined) await delay(ms);
    else await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  soon: (run) => void setImmediate(run),
  timeout: (ms) => AbortSignal.timeout(ms),
  random: () => Math.random(),
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
  openNetwork,
};
