/** How often a repeated message is shown. */
const TOLD_EVERY_MS = 60_000;
/** The waiting time grows with each try, but it does not make a message new. */
const WAIT = / Trying again in [^.]*\.$/;

/** Limits a repeated message to once a minute and counts the repetitions. */
export class RepeatedNotes {
  readonly #told = new Map<string, { readonly at: number; held: number }>();

  /**
   * @param now ms of a monotonic clock
   * @returns what to show; undefined if it was shown within the last minute
   */
  take(note: string, now: number): string | undefined {
    const kind = note.replace(WAIT, '');
    const known = this.#told.get(kind);
    if (known !== undefined && now - known.at < TOLD_EVERY_MS) {
      known.held += 1;
      return undefined;
    }
    const held = known?.held ?? 0;
    this.#told.set(kind, { at: now, held: 0 });
    return held === 0 ? note : `${note} (${held} more since it was last shown)`;
  }
}
