import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

/** Postgres refuses to run as root. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;

const PASSWORD = 'pass@word of the tests';
const ENDS_WITHIN_MS = 10_000;

/** A Postgres server of its own on a loopback port, which a test may restart. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #databases = 0;

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  /** Creates an empty database. @returns its URL */
  async newDatabase(options = ''): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.run(`CREATE DATABASE ${name} ${options}`);
    return this.url(name);
  }

  /** @param port of a proxy in between */
  url(database: string, { user = 'postgres', password = PASSWORD, port = this.port } = {}): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  }

  /** Runs statements outside ory-zoho. @returns the rows of the last */
  async run(statement: string, url = this.url('postgres')): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    // The server may go away while the statement waits.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    const { file, args } = commandOf('postgres', [
      '-D',
      join(this.#folder, 'data'),
      `--port=${this.port}`,
      `--unix_socket_directories=${this.#folder}`,
      '--listen_addresses=127.0.0.1',
    ]);
    const server = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.#folder });
    let log = '';
    server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    this.#process = server;
    const giveUpAt = Date.now() + ENDS_WITHIN_MS;
    while (!(await this.#answers())) {
      if (server.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`Postgres did not start:\n${log}`);
      await delay(20);
    }
  }

  async #answers(): Promise<boolean> {
    try {
      await this.run('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  /** `fast` ends sessions in order, `immediate` acts like a crash. */
  async stop(how: 'fast' | 'immediate'): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('immediate');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Creates a server and starts it. The caller removes it. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-postgres-'));
  const password = join(folder, 'password');
  await writeFile(password, PASSWORD);
  await chmod(folder, 0o755);
  if (IS_ROOT) for (const path of [folder, password]) await chown(path, NOBODY, NOBODY);
  const { file, args } = commandOf('initdb', [
    `--pgdata=${join(folder, 'data')}`,
    '--no-sync',
    '--no-locale',
    '--encoding=UTF8',
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
  ]);
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  // fsync only matters if the whole machine crashes, and then the test is over anyway.
  await appendFile(join(folder, 'data', 'postgresql.conf'), 'shared_buffers = 16MB\nfsync = off\n');
  const server = new PostgresServer(folder, await freePort());
  await server.start();
  return server;
}

function commandOf(name: string, args: readonly string[]): { file: string; args: string[] } {
  if (!IS_ROOT) return { file: binary(name), args: [...args] };
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  return { file: 'setpriv', args: [...user, binary(name), ...args] };
}

function binary(name: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = [
    ...versions
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
  if (path !== undefined) return path;
  throw new Error(
    `There is no ${name} here: these tests run a Postgres server of their own. Install it with ` +
      '"apt-get install postgresql" (Debian, Ubuntu) or "brew install postgresql" (macOS); it need not be running.',
  );
}
