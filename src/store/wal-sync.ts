import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * Syncs SQLite's write-ahead log to the disk, beside the event loop. With `synchronous=FULL` SQLite does the same after
 * each commit, but stops the whole process for it: milliseconds in which no webhook is answered and no batch leaves.
 * The log is written in order, so one sync makes every commit before it durable, however many there are.
 */
export class WalSync {
  readonly #path: string;
  /** Kept open: while a connection is open nobody replaces the log. */
  #file: FileHandle | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param path of the database; the log is beside it */
  constructor(path: string) {
    this.#path = `${path}-wal`;
  }

  /** Resolves when all that is committed now is on the disk; throws what the disk says when it is not. */
  durable(): Promise<void> {
    // A sync under way may have begun before this commit; one that has yet to begin serves all who wait.
    this.#next ??= this.#afterRunning();
    return this.#next;
  }

  async #afterRunning(): Promise<void> {
    await this.#running?.catch(() => {});
    this.#next = undefined;
    this.#running = this.#sync();
    await this.#running;
  }

  async #sync(): Promise<void> {
    this.#file ??= await open(this.#path, 'r+');
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#running?.catch(() => {});
    await this.#file?.close();
  }
}
