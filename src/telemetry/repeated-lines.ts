/** How often a repeated line is written. */
const TOLD_EVERY_MS = 60_000;
/** How many kinds of lines are watched at a time. Others are always written. */
const KINDS_AT_MOST = 500;
/** Fields that differ from one line to the next without being news. */
const PASSING_FIELDS: ReadonlySet<string> = new Set(['for_ms', 'trigger_id', 'request_id']);

export type LineFields = { readonly [name: string]: unknown };

interface Kind {
  /** Lines held back since one was written. */
  held: number;
  /** The last of them. */
  write: (fields: LineFields) => void;
  timer: NodeJS.Timeout;
}

/**
 * Two lines are the same if only passing fields differ. A line about one identity is never the same as
 * another, because each failure is reported. Pure.
 * @returns undefined if the line must always be written
 */
export function kindOfLine(level: number, fields: LineFields, message: string): string | undefined {
  if ('identity_id' in fields) return undefined;
  const lasting = Object.entries(fields).filter(([name]) => !PASSING_FIELDS.has(name));
  return JSON.stringify([level, message, lasting]);
}

/** Writes a repeated line once a minute, with the number of held-back lines as `repeated`. */
export class RepeatedLines {
  readonly #kinds = new Map<string, Kind>();

  /** @param write writes the line with these fields, besides its own */
  take(kind: string | undefined, write: (fields: LineFields) => void): void {
    const known = kind === undefined ? undefined : this.#kinds.get(kind);
    if (known !== undefined) {
      known.held += 1;
      known.write = write;
      return;
    }
    write({});
    if (kind === undefined || this.#kinds.size >= KINDS_AT_MOST) return;
    const timer = setInterval(() => this.#minuteIsOver(kind), TOLD_EVERY_MS).unref();
    this.#kinds.set(kind, { held: 0, write, timer });
  }

  /**
   * The situation has changed, or the process ends: writes what was held back, and the next line counts as
   * new.
   */
  startAnew(): void {
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const kind of kinds) {
      clearInterval(kind.timer);
      tellHeld(kind);
    }
  }

  #minuteIsOver(name: string): void {
    const kind = this.#kinds.get(name);
    if (kind === undefined) return;
    if (kind.held > 0) {
      tellHeld(kind);
      return;
    }
    clearInterval(kind.timer);
    this.#kinds.delete(name);
  }
}

function tellHeld(kind: Kind): void {
  if (kind.held === 0) return;
  kind.write({ repeated: kind.held });
  kind.held = 0;
}
