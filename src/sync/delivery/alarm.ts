import type { World } from '../../model/world.ts';

/** A sleep that another part of the program can end early. A ring before the sleep counts too. */
export class Alarm {
  #rung = false;
  #wakeUp: (() => void) | undefined;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  ring(): void {
    this.#rung = true;
    this.#wakeUp?.();
  }

  /** Forgets all rings so far. */
  set(): void {
    this.#rung = false;
  }

  /** Ends after this time, or at the first ring since `set`. */
  async sleep(ms: number): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#world.after(ms, resolve);
      this.#wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
}
