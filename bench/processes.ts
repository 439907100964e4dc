import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const running = new Set<ChildProcess>();
const folder = mkdtempSync(join(tmpdir(), 'ory-zoho-bench-'));
const profiles: string[] = [];

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

/** A new folder that is deleted at the end of the bench. */
export function newFolder(): string {
  return mkdtempSync(join(folder, 'run-'));
}

/** From now on, every `ory-zoho serve` writes a CPU profile to this folder. */
export function profileTo(path: string): void {
  profiles.push('--cpu-prof', '--cpu-prof-dir', path);
}

/** Starts the built CLI with an empty environment, so that no variable of the developer affects it. */
export function startCli(
  args: readonly string[],
  cwd: string,
  variables: { readonly [name: string]: string },
): ChildProcess {
  const bin = fileURLToPath(new URL('../bin/ory-zoho.js', import.meta.url));
  const profile = args[0] === 'serve' ? profiles : [];
  return keep(
    spawn(process.execPath, [...profile, bin, ...args], {
      cwd,
      env: environment(cwd, variables),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Starts a script of this folder with a channel for messages. */
export function startScript(name: string, variables: { readonly [name: string]: string } = {}): ChildProcess {
  const cwd = newFolder();
  const script = fileURLToPath(new URL(name, import.meta.url));
  return keep(
    fork(script, { cwd, env: environment(cwd, variables), execArgv: [], serialization: 'advanced' }),
  );
}

/** Resolves with the next message of a script. */
export function messageFrom(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process of the bench ended (${code})`));
    child.once('exit', ended).once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/** Ends a process and waits until it has ended. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function environment(home: string, variables: { readonly [name: string]: string }): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    ...variables,
  };
}
