import type { Cancel } from '../../src/model/world.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** A request that is injected into Express takes several turns of the event loop, whatever the time. */
const TURNS_OF_A_REQUEST = 8;

/** So many steps without any time between them are an endless loop of the engine. */
const STEPS_AT_ONCE = 20_000;

/**
 * The one virtual time of a simulation, in ms. It moves only from one thing that is due to the next. Things
 * that are due at the same time run in the order in which they were asked for.
 */
export class Timeline {
  #now = 0;
  /** The next one is last. */
  readonly #due: Due[] = [];
  /** How many have run. */
  steps = 0;
  #turns = 1;
  #stepsSinceTimeMoved = 0;

  get now(): number {
    return this.#now;
  }

  at(time: number, run: () => void): Cancel {
    const due = { at: Math.max(time, this.#now), run };
    this.#due.splice(this.#placeOf(due.at), 0, due);
    return () => {
      const index = this.#due.indexOf(due);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** A request was injected into Express, so more turns of the event loop pass before the time moves on. */
  requestInjected(): void {
    this.#turns = TURNS_OF_A_REQUEST;
  }

  after(ms: number, run: () => void): Cancel {
    return this.at(this.#now + ms, run);
  }

  /** Runs what is due up to this time, or until `done` says so. @returns whether `done` said so */
  async runUntil(time: number, done: () => boolean = () => false): Promise<boolean> {
    await this.#everythingReady();
    for (;;) {
      if (done()) return true;
      const next = this.#due.at(-1);
      if (next === undefined || next.at > time) break;
      this.#due.pop();
      this.#stepsSinceTimeMoved = next.at === this.#now ? this.#stepsSinceTimeMoved + 1 : 0;
      if (this.#stepsSinceTimeMoved > STEPS_AT_ONCE) throw new Error(`an endless loop at ${this.#now}`);
      this.#now = next.at;
      this.steps += 1;
      next.run();
      await this.#everythingReady();
    }
    this.#now = Math.max(this.#now, time);
    return false;
  }

  /** Everything that is ready has run, up to the next wait for the timeline. */
  async #everythingReady(): Promise<void> {
    for (; this.#turns > 0; this.#turns -= 1) await new Promise((resolve) => setImmediate(resolve));
    this.#turns = 1;
  }

  /** Later ones come first, so that the next one can be popped. */
  #placeOf(at: number): number {
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#due[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
