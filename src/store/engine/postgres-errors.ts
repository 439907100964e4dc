import { StoreError } from '../../errors.ts';

interface Meaning {
  readonly kind: StoreError['kind'];
  readonly says: string;
  readonly hint: string;
  readonly passes?: boolean;
}

const away: Meaning = {
  kind: 'busy',
  says: 'does not answer',
  hint: 'Check that Postgres runs and can be reached, and that DATABASE_URL is right. Acknowledged webhooks are safe.',
};
const locked: Meaning = {
  kind: 'busy',
  says: 'is busy with another process',
  hint: 'Try again in a moment.',
};
const crowded: Meaning = {
  kind: 'busy',
  says: 'accepts no more connections',
  hint: 'Raise max_connections of Postgres or the limit of the role. Each process uses up to 4.',
};
const full: Meaning = {
  kind: 'full',
  says: 'is full',
  hint: 'Free some disk space on the Postgres server. No acknowledged webhook is lost.',
};
const readOnly: Meaning = {
  kind: 'read_only',
  says: 'is read-only',
  hint: 'Point DATABASE_URL to the primary server, and make sure that its transactions may write.',
  // Such as a standby, until it takes over.
  passes: true,
};
const forbidden: Meaning = {
  kind: 'read_only',
  says: 'refuses this role access to its tables',
  hint: 'Make the role the owner of a database of its own, or grant it CREATE on the schema.',
};
const closedSocket: Meaning = {
  kind: 'read_only',
  says: 'has a socket that is closed to this user',
  hint: 'Give this user access to the socket in DATABASE_URL, or name a host in it.',
};
const refused: Meaning = {
  kind: 'broken',
  says: 'refuses user and password',
  hint: 'Check user and password in DATABASE_URL (special characters percent-encoded) and pg_hba.conf.',
};
const missing: Meaning = {
  kind: 'broken',
  says: 'does not exist',
  hint: 'Check the name in DATABASE_URL, or create the database with createdb.',
};
const unknownHost: Meaning = {
  kind: 'busy',
  says: 'is on an unknown host',
  hint: 'Check the host in DATABASE_URL, and the name server of this machine.',
};
const damaged: Meaning = {
  kind: 'broken',
  says: 'is damaged',
  hint: 'Check the log of the Postgres server, or restore the database from a backup.',
};
const brokenSystem: Meaning = {
  kind: 'broken',
  says: 'has trouble with its disk',
  hint: 'Check the log of the Postgres server.',
  passes: true,
};
const changed: Meaning = {
  kind: 'broken',
  says: 'lacks a table or column of ory-zoho',
  hint: 'Give ory-zoho a database of its own that no other program changes.',
};
const insecure: Meaning = {
  kind: 'broken',
  says: 'cannot be reached over TLS as DATABASE_URL asks',
  hint: 'Check sslmode and sslrootcert in DATABASE_URL.',
};

const untimely: Meaning = {
  kind: 'broken',
  says: 'has a certificate that is not valid at the time of this machine',
  hint: 'Check the clock of this machine, and renew the certificate of the server if it has expired.',
  passes: true,
};

/** SQLSTATE, or its class: the first two characters (PostgreSQL, "Error Codes"). */
const BY_STATE: { readonly [state: string]: Meaning } = {
  '08': away,
  '25006': readOnly,
  '25P03': locked,
  '25P04': locked,
  '28': refused,
  '3D000': missing,
  '40': locked,
  '42501': forbidden,
  '42703': changed,
  '42P01': changed,
  '53': crowded,
  '53100': full,
  '53200': locked,
  '53300': crowded,
  '55P03': locked,
  '57014': locked,
  '57P': away,
  '58': brokenSystem,
  XX001: damaged,
  XX002: damaged,
};

/** Codes of Node's connection errors. */
const BY_NETWORK: { readonly [code: string]: Meaning } = {
  EACCES: closedSocket,
  ENOENT: away, // the server's Unix socket is not there
  ENOTFOUND: unknownHost,
};

/** Errors that node-postgres throws by itself have only a message. */
const DEAD_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout)/;
const NO_TLS = /SSL connection/;

/**
 * Turns an error of node-postgres into a StoreError. Errors that do not come from the database are returned
 * unchanged.
 */
export function postgresStoreError(error: unknown, name: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const { kind, says, hint, passes } = meaning;
  const detail = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new StoreError(kind, `The store ${name} ${says}${detail}.`, { hint, passes, cause: error });
}

/** Whether the connection is lost or the server is going away. Other connections to it are then lost too. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && meaningOf(error) === away;
}

function meaningOf(error: Error): Meaning | undefined {
  const { message } = error;
  if (DEAD_CONNECTION.test(message)) return away;
  if (NO_TLS.test(message)) return insecure;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Errors of the server have a severity. Errors of Node have a syscall or a code in words.
  if ('severity' in error) return BY_STATE[code] ?? BY_STATE[code.slice(0, 3)] ?? BY_STATE[code.slice(0, 2)];
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return untimely;
  if ('syscall' in error || error instanceof AggregateError) return BY_NETWORK[code] ?? away;
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return insecure;
  return undefined;
}
