import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';
import { expectHidden } from './hidden.ts';
import { SECRET } from './serve-process.ts';

/** Commands whose purpose is to print a secret that is pasted elsewhere. */
const PRINT_SECRETS = ['actions print', 'sandbox'];

const BIN = fileURLToPath(new URL('../../../bin/ory-zoho.js', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly folder: string;
  /** All variables except PATH, HOME and the XDG folders. */
  readonly variables?: { readonly [name: string]: string | undefined };
  /** A command line that starts it and ends by running its arguments. */
  readonly through?: readonly string[];
}

/** Runs a command of the built CLI without a terminal, in its own folder and environment. */
export async function runCommand(
  args: readonly string[],
  { folder, variables = {}, through = [] }: CommandOptions,
): Promise<CommandResult> {
  const [file = '', ...rest] = [...through, process.execPath, BIN, ...args];
  const environment = { ...bareEnvironment(folder), ...variables };
  const child = spawn(file, rest, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  if (!PRINT_SECRETS.some((command) => args.join(' ').startsWith(command)))
    expectHidden(stdout + stderr, environment);
  return { code, stdout, stderr };
}

/** A command of the built CLI at a pseudo-terminal, where the test reads and types. */
export interface AtTerminal {
  /** Resolves with the whole output once it contains this text. */
  shown(text: string): Promise<string>;
  press(keys: string): void;
  readonly exitCode: Promise<number | null>;
  /** The whole output, once the command is over. */
  readonly output: Promise<string>;
}

export function runAtTerminal(args: string, { folder, variables = {} }: CommandOptions): AtTerminal {
  const child = spawn('script', ['-qfec', `${process.execPath} ${BIN} ${args}`, '/dev/null'], {
    cwd: folder,
    env: { ...bareEnvironment(folder), TERM: 'xterm-256color', ...variables },
    stdio: 'pipe',
  });
  let output = '';
  let wake = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    wake();
  });
  const exitCode = ended(child);
  return {
    async shown(text) {
      while (!output.includes(text)) {
        await Promise.race([
          new Promise<void>((resolve) => (wake = resolve)),
          exitCode.then((code) => {
            if (!output.includes(text)) throw new Error(`ended ${code} without "${text}":\n${output}`);
          }),
        ]);
      }
      return output;
    },
    press: (keys) => void child.stdin.write(keys),
    exitCode,
    output: exitCode.then(() => output),
  };
}

/** Saves a profile as `init` does. @returns its path */
export async function saveProfile(folder: string, profile: Record<string, string>): Promise<string> {
  const path = (await runCommand(['config', 'path'], { folder })).stdout.trim();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(profile), { mode: 0o600 });
  return path;
}

function bareEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    ...NODE_ENVIRONMENT,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
  };
}

/** The variables that connect to the sandbox's Zoho and Ory. */
export function connectionTo({ zoho, ory }: Sandbox, folder: string): Record<string, string> {
  return {
    ORY_WEBHOOK_SECRET: SECRET,
    ZOHO_CLIENT_ID: zoho.clientId,
    ZOHO_CLIENT_SECRET: zoho.clientSecret,
    ZOHO_REFRESH_TOKEN: zoho.refreshToken,
    ZOHO_API_BASE_URL: zoho.apiBaseUrl(),
    ZOHO_ACCOUNTS_URL: zoho.accountsUrl,
    ORY_ADMIN_URL: ory.adminUrl,
    ORY_PROJECT_API_KEY: ory.apiKey,
    DATABASE_URL: `sqlite:${join(folder, 'store.db')}`,
  };
}

/** Resolves with the exit code, or with null if a signal ended it. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}
