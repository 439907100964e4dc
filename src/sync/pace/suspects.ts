/** Rule 14: so many batches of suspects may fail in a row before that pauses the connection. */
const OUTAGE = 10;

/**
 * The suspects (rule 14). A batch that failed as a whole makes its rows suspects. If a write of other rows
 * begins later and is carried out, Zoho works, so each suspect gets a strike. Suspects are kept in memory only,
 * because losing them in a crash does no harm.
 */
export class Suspects {
  /** Beyond this number the oldest are dropped. In a day of outage, a batch fails every ten seconds. */
  static readonly AT_MOST = 1_000;

  readonly #failedAt = new Map<string, number>();
  /** Rows in calls that Zoho refused: since when, and whether it has written others since. */
  readonly #refused = new Map<string, { readonly since: number; readonly otherWritten: boolean }>();

  /** Batches that failed since Zoho last wrote a record. */
  #failedInARow = 0;

  /** So many batches have failed in a row that it is no longer about their rows. */
  get looksLikeOutage(): boolean {
    return this.#failedInARow >= OUTAGE;
  }

  /** A batch of these rows failed as a whole at `now`. Without rows, nothing failed. */
  add(identityIds: readonly string[], now: number): void {
    if (identityIds.length === 0) return;
    this.#failedInARow += 1;
    for (const id of identityIds) {
      this.#failedAt.delete(id);
      this.#failedAt.set(id, now);
    }
    const oldest = [...this.#failedAt.keys()].slice(0, Math.max(0, this.#failedAt.size - Suspects.AT_MOST));
    for (const id of oldest) this.#failedAt.delete(id);
  }

  /**
   * Zoho refused a call with these rows at `now`, and named no cause in a record.
   * @returns true if its only row is to blame: Zoho refused it before, and has written others since
   */
  refused(identityIds: readonly string[], now: number): boolean {
    const [first] = identityIds;
    if (identityIds.length === 1 && first !== undefined && this.#refused.get(first)?.otherWritten === true) {
      this.#refused.delete(first);
      return true;
    }
    for (const id of identityIds) {
      if (!this.#refused.has(id)) this.#refused.set(id, { since: now, otherWritten: false });
    }
    const oldest = [...this.#refused.keys()].slice(0, Math.max(0, this.#refused.size - Suspects.AT_MOST));
    for (const id of oldest) this.#refused.delete(id);
    this.add(identityIds, now);
    return false;
  }

  /**
   * A write of these rows that began at `startedAt` was answered.
   * @param wrote false if Zoho refused the values of all of them
   * @returns the rows that get a strike for it
   */
  answered(identityIds: readonly string[], startedAt: number, wrote: boolean): string[] {
    const cleared = new Set(identityIds);
    for (const id of cleared) {
      this.#failedAt.delete(id);
      this.#refused.delete(id);
    }
    if (!wrote) return [];
    this.#failedInARow = 0;
    this.#noteWritten(startedAt);
    const struck = [...this.#failedAt].filter(([, failedAt]) => failedAt <= startedAt).map(([id]) => id);
    for (const id of struck) this.#failedAt.delete(id);
    return struck;
  }

  #noteWritten(startedAt: number): void {
    for (const [id, { since }] of this.#refused) {
      if (since <= startedAt) this.#refused.set(id, { since, otherWritten: true });
    }
  }

  /**
   * The rows that a probe takes only if no others are due (rule 13). The row that was tried longest ago is the
   * first.
   */
  get identityIds(): string[] {
    return [...this.#failedAt.keys()];
  }
}
