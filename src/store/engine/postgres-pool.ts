import { Socket } from 'node:net';
import type { CustomTypesConfig, PoolClient, PoolConfig, types as pgTypes } from 'pg';
import type { World } from '../../model/world.ts';
import { ConfigurationError } from '../../errors.ts';

/** One connection for writes, which wait in line in the process, and a few for reads. */
const CONNECTIONS_AT_MOST = 4;
const CONNECT_WITHIN_MS = 3_000;
const IDLE_CONNECTION_MS = 60_000;
/** Probes of an idle connection keep firewalls from dropping it. */
const KEEPALIVE_AFTER_MS = 30_000;

/** The connections to one database. Dead ones are replaced. */
export interface PostgresPool {
  /**
   * A connection that the caller must release. Throws the error of node-postgres, after 3 s at the latest.
   */
  connect(): Promise<PoolClient>;
  /** After one connection has gone silent, older ones are closed. Trying each would take seconds. */
  distrust(): void;
  /** The database in readable form, without user and password. */
  readonly name: string;
  /** Resolves when no connection keeps the process alive, not even a dead one. */
  close(): Promise<void>;
}

/**
 * Makes the pool without connecting yet.
 * @param statementMs an answer that takes longer counts as lost
 * @throws ConfigurationError for a URL that cannot be read
 */
export async function openPool(
  url: string,
  statementMs: number,
  world: Pick<World, 'ticks'>,
): Promise<PostgresPool> {
  const pg = await import('pg');
  const sockets = new Set<Socket>();
  const config: PoolConfig = {
    connectionString: url,
    application_name: 'ory-zoho',
    max: CONNECTIONS_AT_MOST,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
    query_timeout: statementMs,
    types: typesOf(pg.types),
    stream: () => openSocket(sockets),
  };
  const name = nameOf(() => new pg.Client(config));
  const pool = new pg.Pool(config);
  // The query on a broken connection reports the error. Without listeners the error event would end the
  // process.
  pool.on('error', () => {});
  const madeAt = new WeakMap<PoolClient, number>();
  pool.on('connect', (client) => {
    madeAt.set(client, world.ticks());
    client.on('error', () => {});
  });
  let trustedSince = 0;
  return {
    name,
    connect: async () => {
      for (;;) {
        const client = await pool.connect();
        if ((madeAt.get(client) ?? 0) >= trustedSince) return client;
        client.release(true);
      }
    },
    distrust: () => (trustedSince = world.ticks()),
    close: async () => {
      await pool.end();
      // The goodbye over a dead connection is never answered.
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

function openSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

/**
 * An error of node-postgres about a URL may quote the password, so only the name of a file is taken from it.
 */
function nameOf(parse: () => { host: string; port: number; database?: string | undefined }): string {
  try {
    const { host, port, database } = parse();
    return `postgres://${host}:${port}/${database ?? ''}`;
  } catch (error) {
    const file = error instanceof Error && 'path' in error ? `, or its file ${String(error.path)}` : '';
    throw new ConfigurationError('database_url', `DATABASE_URL${file} cannot be read.`, {
      hint: 'Use postgres://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded.',
    });
  }
}

/** 64-bit numbers and their sums come as text. Ours are far below 2^53. */
function typesOf(types: typeof pgTypes): CustomTypesConfig {
  const { INT8, NUMERIC } = types.builtins;
  return {
    getTypeParser: (oid, format) =>
      oid === INT8 || oid === NUMERIC ? safeNumber : types.getTypeParser(oid, format),
  };
}

function safeNumber(text: string): number {
  const number = Number(text);
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) throw new RangeError(`${text} is beyond 2^53.`);
  return number;
}
