import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { sendWebhook } from '../../../src/sandbox/ory/ory-webhook.ts';
import type { WebhookOptions, WebhookResult } from '../../../src/sandbox/ory/ory-webhook.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';
import { expectHidden } from './hidden.ts';

export const SECRET = 'a-webhook-secret-of-the-tests';

const BIN = fileURLToPath(new URL('../../../bin/ory-zoho.js', import.meta.url));

/** One line of serve's log. */
export type LogLine = { readonly msg: string; readonly [key: string]: unknown };

export interface ServeOptions {
  /** The folder and store of an earlier serve. The default is a new folder. */
  readonly folder?: string;
  readonly variables?: { readonly [name: string]: string };
  /** Hints are read through the sandbox's Ory. */
  readonly ory?: boolean;
  /** A command line that starts it, such as `sh -c`, and ends by running "$@". */
  readonly through?: readonly string[];
}

/** The built `ory-zoho serve` as a process, in its own folder and environment. */
export class ServeProcess {
  readonly folder: string;
  readonly log: LogLine[] = [];
  readonly process: ChildProcess;
  stderr = '';
  readonly #environment: NodeJS.ProcessEnv;
  #port = 0;
  #onLine: (() => void)[] = [];

  constructor(sandbox: Sandbox, options: ServeOptions) {
    this.folder = options.folder ?? newFolder();
    const command = [...(options.through ?? []), process.execPath, BIN, 'serve'];
    const [file = '', ...args] = command;
    this.#environment = {
      ...environment(sandbox, this.folder, options.ory === true),
      ...options.variables,
    };
    this.process = spawn(file, args, {
      cwd: this.folder,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { stderr } = this.process;
    if (stderr === null) throw new Error('no stderr');
    createInterface({ input: stderr }).on('line', (line) => this.#take(line));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get storePath(): string {
    return join(this.folder, 'store.db');
  }

  /** Resolves with the first log line that matches, past or future. */
  async logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return this.#until(() => this.log.find(matches));
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.process.exitCode !== null)
        throw new Error(`serve ended ${this.process.exitCode}: ${this.stderr}`);
      await new Promise<void>((resolve) => this.#onLine.push(resolve));
    }
  }

  #take(line: string): void {
    this.stderr += `${line}\n`;
    if (line.startsWith('{')) {
      const parsed: LogLine = JSON.parse(line);
      this.log.push(parsed);
      if (parsed.msg === 'listening') this.#port = Number(parsed['port']);
    }
    const waiting = this.#onLine;
    this.#onLine = [];
    for (const wake of waiting) wake();
  }

  /** The outcome of each settled delivery of an identity, in order, with its reason. */
  outcomes(identityId: string): string[] {
    return this.log
      .filter((line) => line['identity_id'] === identityId && typeof line['outcome'] === 'string')
      .map((line) => [line['outcome'], line['reason']].filter((word) => typeof word === 'string').join(' '));
  }

  send(identity: JsonObject, event: string, options: Partial<WebhookOptions> = {}): Promise<WebhookResult> {
    return sendWebhook(`${this.url}/zoho/sync-contact?event=${event}`, SECRET, identity, options);
  }

  /** Ends it as a supervisor does, and resolves with the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async exited(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    expectHidden(this.stderr, this.#environment);
    return this.process.exitCode;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const ended = this.exited();
    this.process.kill(signal);
    return ended;
  }

  /** Reads rows of the store while serve runs. */
  rows(query: string, ...parameters: string[]): Record<string, unknown>[] {
    const database = new DatabaseSync(this.storePath, { readOnly: true, timeout: 1_000 });
    try {
      return database.prepare(query).all(...parameters);
    } finally {
      database.close();
    }
  }

  /** Changes the store without serve's knowledge, for example to let hours pass. */
  change(statement: string, ...parameters: string[]): void {
    const database = new DatabaseSync(this.storePath, { timeout: 2_000 });
    try {
      database.prepare(statement).run(...parameters);
    } finally {
      database.close();
    }
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ory-zoho-test-'));
}

/** Keeps out the developer's own environment, profile and .env. */
function environment(sandbox: Sandbox, folder: string, ory: boolean): NodeJS.ProcessEnv {
  const { zoho } = sandbox;
  return {
    ...NODE_ENVIRONMENT,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    ORY_WEBHOOK_SECRET: SECRET,
    ZOHO_CLIENT_ID: zoho.clientId,
    ZOHO_CLIENT_SECRET: zoho.clientSecret,
    ZOHO_REFRESH_TOKEN: zoho.refreshToken,
    ZOHO_API_BASE_URL: zoho.apiBaseUrl(),
    ZOHO_ACCOUNTS_URL: zoho.accountsUrl,
    ...(ory && { ORY_ADMIN_URL: sandbox.ory.adminUrl, ORY_PROJECT_API_KEY: sandbox.ory.apiKey }),
    DATABASE_URL: `sqlite:${join(folder, 'store.db')}`,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'debug',
  };
}

/** Starts serve and waits until it listens. */
export async function startServe(sandbox: Sandbox, options: ServeOptions = {}): Promise<ServeProcess> {
  const serve = new ServeProcess(sandbox, options);
  await serve.logged((line) => line.msg === 'listening');
  return serve;
}

const LOOK_EVERY_MS = 20;

/** Waits until `look` returns something. Only the test's own timeout limits this. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
