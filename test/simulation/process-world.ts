import type { Network } from '../../src/model/network.ts';
import type { Cancel, World } from '../../src/model/world.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** 2026-01-01, when each story begins. */
const BEGINNING = Date.UTC(2026, 0, 1);

/**
 * The time of one process. Its clock may be wrong, it may stand still for a while, and it ends when the process
 * is killed.
 */
export class ProcessTime {
  /** How far its clock is off, ms. */
  clockIsOffBy = 0;
  alive = true;
  readonly #timeline: Timeline;
  #pausedUntil = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get now(): number {
    return BEGINNING + this.#timeline.now + this.clockIsOffBy;
  }

  get ticks(): number {
    return this.#timeline.now;
  }

  /** Until when it last stood still, in ticks. */
  get stoodStillAt(): number | undefined {
    return this.#pausedUntil === 0 ? undefined : Math.min(this.#pausedUntil, this.ticks);
  }

  /** Nothing of this process runs for so long. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#timeline.now + ms);
  }

  after(ms: number, run: () => void): Cancel {
    let cancel = () => {};
    const attempt = () => {
      if (!this.alive) return;
      if (this.#timeline.now < this.#pausedUntil) cancel = this.#timeline.at(this.#pausedUntil, attempt);
      else run();
    };
    cancel = this.#timeline.after(ms, attempt);
    return () => cancel();
  }
}

/** The World of one process of a simulation. */
export function processWorld(time: ProcessTime, chance: Chance, network: () => Network): World {
  return {
    now: () => time.now,
    ticks: () => time.ticks,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const aborted = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = time.after(ms, () => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        });
        signal?.addEventListener('abort', aborted, { once: true });
      }),
    after: (ms, run) => time.after(ms, run),
    every(ms, run) {
      let cancel = time.after(ms, again);
      function again() {
        cancel = time.after(ms, again);
        run();
      }
      return () => cancel();
    },
    soon: (run) => void time.after(0, run),
    timeout(ms) {
      const late = new AbortController();
      time.after(ms, () => late.abort(new DOMException('The time is over.', 'TimeoutError')));
      return late.signal;
    },
    random: () => chance.below(2 ** 31) / 2 ** 31,
    uuid: () => chance.uuid(),
    bytes: (count) => chance.bytes(count),
    openNetwork: network,
  };
}
