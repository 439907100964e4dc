/**
 * Which rows are under suspicion (rule 14). A batch that failed as a whole makes its rows suspects; each write of other
 * rows that began later and was answered turns that into a strike: Zoho is well, so it may be one of them. Kept in
 * memory: what a crash forgets is only a suspicion.
 */
export class Suspects {
  /** Beyond that the oldest suspicions go: a day of outage fails a batch each ten seconds. */
  static readonly AT_MOST = 1_000;

  readonly #failedAt = new Map<string, number>();

  /** A batch of these rows failed as a whole at `now`. */
  add(identityIds: readonly string[], now: number): void {
    for (const id of identityIds) {
      this.#failedAt.delete(id);
      this.#failedAt.set(id, now);
    }
    const oldest = [...this.#failedAt.keys()].slice(0, Math.max(0, this.#failedAt.size - Suspects.AT_MOST));
    for (const id of oldest) this.#failedAt.delete(id);
  }

  /** A write of these rows that began at `startedAt` was answered. @returns the rows that get a strike for it */
  answered(identityIds: readonly string[], startedAt: number): string[] {
    const cleared = new Set(identityIds);
    for (const id of cleared) this.#failedAt.delete(id);
    const struck = [...this.#failedAt].filter(([, failedAt]) => failedAt <= startedAt).map(([id]) => id);
    for (const id of struck) this.#failedAt.delete(id);
    return struck;
  }

  /** The rows that a probe takes only where nothing else is due (rule 13). */
  get identityIds(): string[] {
    return [...this.#failedAt.keys()];
  }
}
