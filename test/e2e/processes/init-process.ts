import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';
import { newFolder } from './serve-process.ts';

const BIN = fileURLToPath(new URL('../../../bin/ory-zoho.js', import.meta.url));

export interface InitRun {
  readonly args?: readonly string[];
  /** The folder of an earlier run, with its profile. The default is a new folder. */
  readonly folder?: string;
  readonly variables?: { readonly [name: string]: string };
  /** The whole of stdin. Without it, and without a terminal, stdin is empty. */
  readonly stdin?: string;
  /** Runs it in a pseudo-terminal, where it may ask. */
  readonly terminal?: boolean;
  /** Shell commands that run first, such as a limit. */
  readonly prelude?: string;
}

const profileSchema = z.record(z.string(), z.string());
type SavedProfile = z.infer<typeof profileSchema>;

/** Runs whose output is searched for secrets at the end of the test. */
const runs: InitProcess[] = [];

/** The built `ory-zoho init` as a process. The environment describes the sandbox's Zoho. */
export class InitProcess {
  readonly folder: string;
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #secrets: string[];
  stdout = '';
  stderr = '';
  #seen = 0;
  #onOutput: (() => void)[] = [];

  constructor(sandbox: Sandbox, run: InitRun) {
    this.folder = run.folder ?? newFolder();
    this.#secrets = [sandbox.zoho.clientSecret, sandbox.zoho.refreshToken, sandbox.ory.apiKey];
    const line = [process.execPath, BIN, 'init', ...(run.args ?? [])].map(quotedForShell).join(' ');
    const [file, ...args] =
      run.terminal === true
        ? (['script', '-qfec', line, '/dev/null'] as const)
        : (['sh', '-c', `${run.prelude ?? ':'}; exec ${line}`] as const);
    this.#process = spawn(file, args, {
      cwd: this.folder,
      env: {
        ...NODE_ENVIRONMENT,
        HOME: this.folder,
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        ZOHO_ACCOUNTS_URL: sandbox.zoho.accountsUrl,
        ...run.variables,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take('stdout', text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#take('stderr', text));
    if (run.terminal !== true) this.#process.stdin?.end(run.stdin ?? '');
    this.exited = new Promise((resolve, reject) => {
      this.#process.once('error', reject).once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    runs.push(this);
  }

  get output(): string {
    return stripVTControlCharacters(this.stdout + this.stderr);
  }

  /**
   * Waits until the text comes after the last text that was waited for. Resolves with all output up to it.
   */
  async shown(text: string): Promise<string> {
    for (;;) {
      const { output } = this;
      const at = output.indexOf(text, this.#seen);
      if (at >= 0) {
        this.#seen = at + text.length;
        return output.slice(0, this.#seen);
      }
      if (this.#process.exitCode !== null) throw new Error(`init ended without "${text}":\n${output}`);
      await new Promise<void>((resolve) => this.#onOutput.push(resolve));
    }
  }

  /** Types at the prompt of the question on the screen. */
  async answer(question: string, keys: string): Promise<void> {
    await this.shown(question);
    this.#process.stdin?.write(keys);
  }

  /** Sends the signal of Ctrl-C, as a process gets it that reads no keys. */
  interrupt(): void {
    this.#process.kill('SIGINT');
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** More texts that must never be in the output. */
  hides(...secrets: readonly string[]): void {
    this.#secrets.push(...secrets);
  }

  /** Checks that the output has no secret of the sandbox, the test or the saved profile. */
  expectNoSecrets(): void {
    const saved = Object.entries(profileIn(this.folder) ?? {});
    const secrets = saved.flatMap(([name, value]) => (/SECRET|TOKEN|KEY/.test(name) ? [value] : []));
    for (const secret of [...this.#secrets, ...secrets]) expect(this.output).not.toContain(secret);
  }

  #take(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#onOutput.splice(0)) wake();
  }
}

afterEach(() => {
  const over = runs.splice(0);
  for (const run of over) run.kill();
  for (const run of over) run.expectNoSecrets();
});

export const profileFile = (folder: string) => join(folder, 'config', 'ory-zoho', 'profile.json');

/** The saved values, or undefined if there are none. */
export function profileIn(folder: string): SavedProfile | undefined {
  const file = profileFile(folder);
  return existsSync(file) ? profileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}

/** A folder with a profile, as an earlier init left it. */
export function folderWithProfile(profile: SavedProfile): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'config', 'ory-zoho'), { recursive: true });
  writeFileSync(profileFile(folder), JSON.stringify(profile), { mode: 0o600 });
  return folder;
}

/** The secrets of the sandbox's client and project, as variables. */
export function secretsOf({ zoho, ory }: Sandbox): {
  ZOHO_CLIENT_SECRET: string;
  ORY_PROJECT_API_KEY: string;
} {
  return { ZOHO_CLIENT_SECRET: zoho.clientSecret, ORY_PROJECT_API_KEY: ory.apiKey };
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function quotedForShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
