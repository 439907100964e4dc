/**
 * Whether a process lives. It may be told to die at one of its next effects: before a call leaves, before an
 * answer is seen, before a commit, or after it.
 */
export class Life {
  alive = true;
  effects = 0;
  #diesAt: number | undefined;
  readonly #onDeath: () => void;

  constructor(onDeath: () => void) {
    this.#onDeath = onDeath;
  }

  /** Dies after so many more effects; 0 means at the next one. */
  dieAfter(effects: number): void {
    this.#diesAt = this.effects + effects;
  }

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#onDeath();
  }

  /** Called at each effect. Never resolves if the process is dead: nothing of it runs any more. */
  async passes(): Promise<void> {
    if (this.#diesAt !== undefined && this.effects >= this.#diesAt) this.die();
    this.effects += 1;
    if (!this.alive) await new Promise(() => {});
  }
}
