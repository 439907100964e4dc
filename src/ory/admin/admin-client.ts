import { z } from 'zod';
import type { Identity } from '../../model/identity.ts';
import { connectOryAdmin } from './admin-request.ts';
import type { OryAdminConnection, OryAdminOptions } from './admin-request.ts';
import type { OryFailure } from './admin-answer.ts';
import { findByIdentifier } from './find-identity.ts';
import type { IdentifierSearch } from './find-identity.ts';
import { parseIdentity } from '../identity/identity.ts';
import { readKratosVersion } from './kratos-version.ts';
import { listPage } from './list-page.ts';
import type { ListedPage } from './list-page.ts';
import { readSchemas } from './schemas.ts';
import type { ListedSchemas } from './schemas.ts';

/**
 * How many ids one request asks for. Ory takes 500 (API reference, `GET /admin/identities`), but its answer
 * repeats the whole query in the `Link` header. For 100 ids the header has 4.2 KB, and nginx answers 502 if
 * the headers exceed its 4 KiB (nginx, `proxy_buffer_size`). For 500 ids it exceeds the 16 KiB that Node
 * reads. For 50 ids it has 2.2 KB.
 */
export const IDS_PER_REQUEST = 50;

/** The result of a strong read. If an id is in neither set, it was not read, because the read failed. */
interface Found {
  readonly found: ReadonlyMap<string, Identity>;
  /** Deleted for good, because Ory never reuses ids. */
  readonly gone: ReadonlySet<string>;
}

export type StrongRead =
  | ({ readonly kind: 'read' } & Found)
  /** Keeps what was read before the failure, so a rate limit does not undo it. */
  | (OryFailure & Found);

export interface OryAdminClient {
  /**
   * A strong read, which gives the newest state of these identities. If an id is missing from a list answer,
   * it counts as gone only after a 404 for this id.
   * @param ids UUIDs in lower case, any number
   * @throws the signal's reason after it aborts. Every other failure is returned
   */
  readByIds(ids: readonly string[], signal: AbortSignal): Promise<StrongRead>;
  /**
   * One page of all identities of the project, as in `listPage`.
   * @param token from the page before, undefined for the first page
   */
  page(token: string | undefined, signal: AbortSignal): Promise<ListedPage>;
  /**
   * The identities that sign in with this identifier, as in `findByIdentifier`.
   * @param identifier an email, user name or phone number, as typed
   */
  findByIdentifier(identifier: string, signal: AbortSignal): Promise<IdentifierSearch>;
  /** The version of Ory Kratos, as in `readKratosVersion`. */
  version(signal: AbortSignal): Promise<string | undefined>;
  /** The identity schemas, as in `readSchemas`. */
  schemas(signal: AbortSignal): Promise<ListedSchemas>;
  /** Cuts the requests under way and closes the connections. */
  close(): Promise<void>;
}

/** @throws ConfigurationError if `adminUrl` is not an http(s) URL */
export function createOryAdminClient(options: OryAdminOptions): OryAdminClient {
  const connection = connectOryAdmin(options);
  return {
    readByIds: (ids, signal) => readByIds(connection, ids, signal),
    page: (token, signal) => listPage(connection, token, signal),
    findByIdentifier: (identifier, signal) => findByIdentifier(connection, identifier, signal),
    version: (signal) => readKratosVersion(connection, signal),
    schemas: (signal) => readSchemas(connection, signal),
    close: () => connection.close(),
  };
}

async function readByIds(
  connection: OryAdminConnection,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<StrongRead> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, Identity>();
  const gone = new Set<string>();

  for (let start = 0; start < wanted.length; start += IDS_PER_REQUEST) {
    const chunk = wanted.slice(start, start + IDS_PER_REQUEST);
    const listed = await list(connection, chunk, signal);
    if (listed.kind === 'failed') return { ...listed, found, gone };
    for (const identity of listed.identities) found.set(identity.id, identity);

    // One after the other, because the smallest plan of Ory Network allows 5 of these a second.
    for (const id of chunk.filter((id) => !found.has(id))) {
      const single = await readOne(connection, id, signal);
      if (single.kind === 'failed') return { ...single, found, gone };
      if (single.kind === 'gone') gone.add(id);
      else found.set(id, single.identity);
    }
  }
  return { kind: 'read', found, gone };
}

async function list(connection: OryAdminConnection, ids: readonly string[], signal: AbortSignal) {
  // Without page_size Ory answers with at most 250, even for ids. The project's default may be eventual
  // consistency.
  const query = new URLSearchParams({ page_size: '500', consistency: 'strong' });
  for (const id of ids) query.append('ids', id);
  const answer = await connection.get('/admin/identities', query, signal);
  if (answer.kind === 'failed') return answer;
  const items = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
  if (items === undefined) {
    return unexpected(
      'GET /admin/identities did not return a list. Is ORY_ADMIN_URL the address of the admin API?',
    );
  }
  // A Kratos without support for `ids` may answer with any identities.
  const asked = new Set(ids);
  const identities = items.map(parseIdentity).filter((identity) => identity !== undefined);
  return { kind: 'listed' as const, identities: identities.filter(({ id }) => asked.has(id)) };
}

async function readOne(connection: OryAdminConnection, id: string, signal: AbortSignal) {
  const answer = await connection.get(`/admin/identities/${id}`, new URLSearchParams(), signal);
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'not_found') return { kind: 'gone' as const };
  const identity = parseIdentity(answer.json);
  return identity?.id === id
    ? { kind: 'found' as const, identity }
    : unexpected('GET /admin/identities/{id} returned no identity, or another one.');
}

function unexpected(message: string): OryFailure {
  return { kind: 'failed', reason: 'unexpected', message: `Ory's admin API: ${message}` };
}
