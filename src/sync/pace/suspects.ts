/**
 * The suspects (rule 14). A batch that failed as a whole makes its rows suspects. If a write of other rows
 * begins later and is answered, Zoho works, so each suspect gets a strike. Suspects are kept in memory only,
 * because losing them in a crash does no harm.
 */
export class Suspects {
  /** Beyond this number the oldest are dropped. In a day of outage, a batch fails every ten seconds. */
  static readonly AT_MOST = 1_000;

  readonly #failedAt = new Map<string, number>();
  /** Rows that Zoho refused alone, and whether it has answered a later write of others. */
  readonly #refusedAlone = new Map<string, boolean>();

  /** A batch of these rows failed as a whole at `now`. */
  add(identityIds: readonly string[], now: number): void {
    for (const id of identityIds) {
      this.#failedAt.delete(id);
      this.#failedAt.set(id, now);
    }
    const oldest = [...this.#failedAt.keys()].slice(0, Math.max(0, this.#failedAt.size - Suspects.AT_MOST));
    for (const id of oldest) this.#failedAt.delete(id);
  }

  /**
   * Zoho refused a call with this row alone at `now`, and named no cause in the record.
   * @returns true if the row is to blame: Zoho refused it before, and has answered a write of others since
   */
  refusedAlone(identityId: string, now: number): boolean {
    if (this.#refusedAlone.get(identityId) === true) {
      this.#refusedAlone.delete(identityId);
      return true;
    }
    this.#refusedAlone.set(identityId, false);
    const [oldest] = this.#refusedAlone.keys();
    if (this.#refusedAlone.size > Suspects.AT_MOST && oldest !== undefined) this.#refusedAlone.delete(oldest);
    this.add([identityId], now);
    return false;
  }

  /**
   * A write of these rows that began at `startedAt` was answered. @returns the rows that get a strike for it
   */
  answered(identityIds: readonly string[], startedAt: number): string[] {
    const cleared = new Set(identityIds);
    for (const id of cleared) {
      this.#failedAt.delete(id);
      this.#refusedAlone.delete(id);
    }
    const struck = [...this.#failedAt].filter(([, failedAt]) => failedAt <= startedAt).map(([id]) => id);
    for (const id of struck) {
      this.#failedAt.delete(id);
      if (this.#refusedAlone.has(id)) this.#refusedAlone.set(id, true);
    }
    return struck;
  }

  /** The rows that a probe takes only if no others are due (rule 13). */
  get identityIds(): string[] {
    return [...this.#failedAt.keys()];
  }
}
