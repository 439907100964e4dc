/** A sleep that another part can cut short. A ring while nobody sleeps is not lost. */
export class Alarm {
  #rung = false;
  #wakeUp: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wakeUp?.();
  }

  /** Forgets rings until now. */
  set(): void {
    this.#rung = false;
  }

  /** Ends after this time, or at the first ring since `set`. */
  async sleep(ms: number): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
