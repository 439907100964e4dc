import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';
import { connectionTo } from './command.ts';
import { newFolder } from './serve-process.ts';

const BIN = fileURLToPath(new URL('../../../bin/ory-zoho.js', import.meta.url));

/** A line of `backfill --json`. */
export type BackfillEvent = { readonly event: string; readonly [key: string]: unknown };

export interface BackfillOptions {
  /** A folder with an existing store. The default is a new folder. */
  readonly folder?: string;
  readonly variables?: { readonly [name: string]: string };
  /** A command line that starts it and ends by running "$@". */
  readonly through?: readonly string[];
}

/** The built `ory-zoho backfill --json` as a process that ends with the test. */
export class BackfillProcess {
  readonly folder: string;
  readonly events: BackfillEvent[] = [];
  readonly process: ChildProcess;
  stderr = '';
  readonly #ended: Promise<unknown>;
  #wake: (() => void)[] = [];

  constructor(sandbox: Sandbox, args: readonly string[] = [], options: BackfillOptions = {}) {
    this.folder = options.folder ?? newFolder();
    const command = [...(options.through ?? []), process.execPath, BIN, 'backfill', '--json', ...args];
    const [file = '', ...rest] = command;
    this.process = spawn(file, rest, {
      cwd: this.folder,
      env: {
        ...NODE_ENVIRONMENT,
        HOME: this.folder,
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        XDG_DATA_HOME: join(this.folder, 'data'),
        ...connectionTo(sandbox, this.folder),
        ...options.variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.process;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line));
      this.#look();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#look();
    });
    this.#ended = once(this.process, 'close').finally(() => this.#look());
    onTestFinished(async () => {
      this.process.kill('SIGKILL');
      await this.#ended;
    });
  }

  #look(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Resolves with the first event that matches, past or future. */
  async until(matches: (event: BackfillEvent) => boolean): Promise<BackfillEvent> {
    for (;;) {
      const found = this.events.find(matches);
      if (found !== undefined) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`backfill ended ${this.process.exitCode}: ${this.stderr}`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /**
   * Resolves at the end with the exit code and the last line. A code of null means that a signal ended it.
   */
  async end(): Promise<{ code: number | null; last: BackfillEvent | undefined }> {
    await this.#ended;
    return { code: this.process.exitCode, last: this.events.at(-1) };
  }

  /** Reads rows of the store while other processes use it. */
  rows(query: string): Record<string, unknown>[] {
    const database = new DatabaseSync(join(this.folder, 'store.db'), { readOnly: true, timeout: 1_000 });
    try {
      return database.prepare(query).all();
    } finally {
      database.close();
    }
  }

  /** Changes the store without the knowledge of the processes that use it. */
  change(statement: string, ...parameters: string[]): void {
    const database = new DatabaseSync(join(this.folder, 'store.db'), { timeout: 2_000 });
    try {
      database.prepare(statement).run(...parameters);
    } finally {
      database.close();
    }
  }
}

/** Runs a backfill to its end. */
export async function runBackfill(
  sandbox: Sandbox,
  args: readonly string[] = [],
  options: BackfillOptions = {},
) {
  const backfill = new BackfillProcess(sandbox, args, options);
  const { code, last } = await backfill.end();
  return { backfill, folder: backfill.folder, code, last, stderr: backfill.stderr };
}
