import { writeSync } from 'node:fs';
import { messageOf } from '../errors.ts';

/** How much is kept for a slow reader. Further lines are lost. */
const WAITING_BYTES_AT_MOST = 8 * 1024 * 1024;
const TRY_AGAIN_MS = 50;
/** How long the end of the process waits for a slow reader. */
const AT_THE_END_MS = 200;

interface Waiting {
  readonly bytes: Buffer;
  /** How many bytes of it are written. */
  done: number;
}

/**
 * Writes the lines of a log to a file descriptor. A line that cannot be written (the disk is full, the reader
 * has gone or no longer reads) is lost and counted. It causes no exception, no wait, and no end of the
 * process.
 */
export class LogLines {
  readonly #descriptor: number;
  readonly #tell: (lost: number, why: string) => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The previous line was cut off in the middle, so the next one begins on a new line. */
  #broken = false;
  #lost = 0;
  #untold = 0;
  #why = '';

  /** @param tell called once lines can be written again, with the number of lost lines and the reason */
  constructor(descriptor: number, tell: (lost: number, why: string) => void) {
    this.#descriptor = descriptor;
    this.#tell = tell;
    process.once('exit', () => this.#lastTry());
  }

  /** Lines lost so far. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > WAITING_BYTES_AT_MOST) {
      this.#lose('its reader is too slow');
      return;
    }
    this.#waiting.push({ bytes, done: 0 });
    this.#waitingBytes += bytes.length;
    if (this.#timer === undefined) this.#writeWaiting();
  }

  #writeWaiting(): void {
    for (;;) {
      const [line] = this.#waiting;
      if (line === undefined) break;
      const outcome = this.#writeOne(line);
      if (outcome === 'later') {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#writeWaiting();
        }, TRY_AGAIN_MS).unref();
        return;
      }
      this.#waiting.shift();
      this.#waitingBytes -= line.bytes.length;
      if (outcome === 'written') this.#tellLost();
    }
  }

  #writeOne(line: Waiting): 'written' | 'lost' | 'later' {
    try {
      if (this.#broken) writeSync(this.#descriptor, '\n');
      this.#broken = false;
      while (line.done < line.bytes.length) {
        line.done += writeSync(this.#descriptor, line.bytes, line.done);
      }
      return 'written';
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 'later';
      if (line.done > 0) this.#broken = true;
      this.#lose(messageOf(error));
      return 'lost';
    }
  }

  #lose(why: string): void {
    this.#lost += 1;
    this.#untold += 1;
    this.#why = why;
  }

  #tellLost(): void {
    if (this.#untold === 0) return;
    const [untold, lost] = [this.#untold, this.#lost];
    this.#untold = 0;
    this.#tell(untold, this.#why);
    // The line about the loss was lost itself.
    if (this.#lost > lost) this.#untold += untold;
  }

  #lastTry(): void {
    const giveUpAt = performance.now() + AT_THE_END_MS;
    while (this.#waiting.length > 0 && performance.now() < giveUpAt) {
      clearTimeout(this.#timer);
      this.#writeWaiting();
      if (this.#waiting.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
