/** How often a line is written that comes again and again. */
const TOLD_EVERY_MS = 60_000;
/** Kinds of lines watched at a time; further ones are written as they come. */
const KINDS_AT_MOST = 500;
/** What differs from one line to the next and says nothing new. */
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
 * Two lines say the same when nothing but passing fields differs. A line about one identity is never the same as another:
 * each failure is told. Pure.
 * @returns undefined: it is always written
 */
export function kindOfLine(level: number, fields: LineFields, message: string): string | undefined {
  if ('identity_id' in fields) return undefined;
  const lasting = Object.entries(fields).filter(([name]) => !PASSING_FIELDS.has(name));
  return JSON.stringify([level, message, lasting]);
}

/** Writes a line once a minute that comes again and again, with the number of those held back as `repeated`. */
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

  /** Something else is the case from now on, or it is the end: tells what was held back, and what comes next is news. */
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
