import { RepeatedNotes } from './repeated-notes.ts';

const ON_A_TERMINAL_MS = 500;
const ON_A_PIPE_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

/** Shows progress on stderr: on a terminal one line that is updated, elsewhere a line every ten seconds. */
export class ProgressDisplay {
  readonly #terminal = process.stderr.isTTY;
  readonly #notes = new RepeatedNotes();
  #timer: NodeJS.Timeout | undefined;
  #showing: Promise<void> | undefined;
  #shown = '';

  /**
   * Replaces what is shown.
   * @param line the text to show; undefined if there is none yet
   */
  show(line: () => Promise<string | undefined>): void {
    clearInterval(this.#timer);
    const look = () => {
      this.#showing ??= this.#show(line).finally(() => (this.#showing = undefined));
    };
    look();
    this.#timer = setInterval(look, this.#terminal ? ON_A_TERMINAL_MS : ON_A_PIPE_MS);
  }

  /** Prints a message above the progress line. A message is not repeated within a minute. */
  note(note: string): void {
    const message = this.#notes.take(note, performance.now());
    if (message === undefined) return;
    process.stderr.write(this.#terminal ? `${CLEAR_LINE}${message}\n${this.#shown}` : `${message}\n`);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#showing;
    if (this.#terminal) process.stderr.write(CLEAR_LINE);
    this.#shown = '';
  }

  async #show(line: () => Promise<string | undefined>): Promise<void> {
    const text = await line();
    if (text === undefined) return;
    // A line that wraps cannot be cleared.
    const { columns } = process.stderr;
    this.#shown = this.#terminal ? text.slice(0, columns > 0 ? columns - 1 : undefined) : '';
    process.stderr.write(this.#terminal ? `${CLEAR_LINE}${this.#shown}` : `${text}\n`);
  }
}
