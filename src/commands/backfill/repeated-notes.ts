/** How often something is said that is the case again and again. */
const TOLD_EVERY_MS = 60_000;
/** The wait grows from one try to the next, and says nothing new. */
const WAIT = / Trying again in [^.]*\.$/;

/** Says what is said again and again once a minute, with how often it was. Pure. */
export class RepeatedNotes {
  readonly #told = new Map<string, { readonly at: number; held: number }>();

  /**
   * @param now ms of a monotonic clock
   * @returns what to show; undefined: it was shown lately
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
    return held === 0 ? note : `${note} (${held} more since it was last said)`;
  }
}
