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
 * How many ids one request asks for. Ory takes 500 (API reference, `GET /admin/identities`), but it repeats
 * the whole query in the answer's `Link` header: 100 ids make 4.2 KB, and nginx answers 502 when headers
 * exceed its 4 KiB (nginx, `proxy_buffer_size`); 500 ids make more than the 16 KiB that Node reads. 50 ids
 * are 2.2 KB.
 */
export const IDS_PER_REQUEST = 50;

/** What a strong read found. An id in neither was not read: only where the read failed. */
interface Found {
  readonly found: ReadonlyMap<string, Identity>;
  /** Deleted for good: Ory never reuses ids. */
  readonly gone: ReadonlySet<string>;
}

export type StrongRead =
  | ({ readonly kind: 'read' } & Found)
  /** Carries what was read before it failed, so that a rate limit does not undo it. */
  | (OryFailure & Found);

export interface OryAdminClient {
  /**
   * The strong read of the rules of delivery: the newest state of these identities. An id absent from a list
   * answer counts as gone only after a 404 for itself.
   * @param ids UUIDs in lower case, any number
   * @throws the signal's reason once it is aborted; every other failure is an answer
   */
  readByIds(ids: readonly string[], signal: AbortSignal): Promise<StrongRead>;
  /**
   * A page of all identities of the project, as `listPage` has it.
   * @param token of the page before; undefined: the first page
   */
  page(token: string | undefined, signal: AbortSignal): Promise<ListedPage>;
  /**
   * Who signs in with this identifier, as `findByIdentifier` has it.
   * @param identifier an email, user name or phone number, as typed
   */
  findByIdentifier(identifier: string, signal: AbortSignal): Promise<IdentifierSearch>;
  /** The version of Ory Kratos, as `readKratosVersion` has it. */
  version(signal: AbortSignal): Promise<string | undefined>;
  /** The identity schemas, as `readSchemas` has them. */
  schemas(signal: AbortSignal): Promise<ListedSchemas>;
  /** Cuts what is under way and closes the connections. */
  close(): Promise<void>;
}

/** @throws ConfigurationError when `adminUrl` is no http(s) URL */
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

    // One after the other: Ory Network takes 5 of these a second at its smallest plan.
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
  // Without page_size Ory answers 250 at most, ids or not; a project may have eventual consistency as its
  // default.
  const query = new URLSearchParams({ page_size: '500', consistency: 'strong' });
  for (const id of ids) query.append('ids', id);
  const answer = await connection.get('/admin/identities', query, signal);
  if (answer.kind === 'failed') return answer;
  const items = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
  if (items === undefined) {
    return unexpected('GET /admin/identities gave no list. Is ORY_ADMIN_URL the address of the admin API?');
  }
  // A Kratos too old for `ids` answers with whomever it likes.
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
    : unexpected('GET /admin/identities/{id} gave no identity, or another one.');
}

function unexpected(message: string): OryFailure {
  return { kind: 'failed', reason: 'unexpected', message: `Ory's admin API: ${message}` };
}
