import type { OryIdentity } from './ory-identity.ts';
import { credentialsJson, identityJson } from './ory-identity.ts';
import type { IdentityStore } from './ory-identities.ts';
import { oryError } from './ory-errors.ts';
import type { Reply } from '../call/http.ts';
import { isUuid, uuidIn } from '../../model/uuid.ts';

const DEFAULT_PAGE = 250;
const LARGEST_PAGE = 500;
/** The deprecated parameter `page` reaches only this many identities. */
const LEGACY_REACH = 1_000;
const NIL = '00000000-0000-0000-0000-000000000000';
const FILTERS = [
  'ids',
  'organization_id',
  'credentials_identifier',
  'preview_credentials_identifier_similar',
];

/** `GET /admin/identities` (Ory API, listIdentities; ory/kratos identity/handler.go). */
export function listIdentities(identities: IdentityStore, query: URLSearchParams): Reply {
  if (FILTERS.filter((name) => query.has(name)).length > 1) {
    return oryError(400, 'You cannot combine multiple filters in this API');
  }
  const size = pageSize(query.get('page_size') ?? query.get('per_page'));
  if (size === undefined) return oryError(400, 'page_size is not a number');
  const consistency = query.get('consistency') ?? 'strong';
  if (consistency !== 'strong' && consistency !== 'eventual')
    return oryError(400, 'consistency is not known');
  if (query.has('ids')) return byIds(identities, query, size);
  const identifier = query.get('credentials_identifier');
  // Kratos treats an empty identifier as missing, and lists all identities.
  if (identifier !== null && identifier !== '')
    return found(identities.byIdentifier(identifier), query, size);
  const matches = filterOf(query);
  return query.has('page')
    ? legacyPage(identities, matches, Number(query.get('page')), size)
    : keysetPage(identities, matches, query, size);
}

/** A size that is too large is clamped. Zero or less means the default. Undefined if it is not a number. */
function pageSize(text: string | null): number | undefined {
  if (text === null) return DEFAULT_PAGE;
  const size = Number(text);
  if (!Number.isInteger(size)) return undefined;
  return size <= 0 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE);
}

/** Missing and repeated ids are ignored. At most one page comes back, however many ids were given. */
function byIds(identities: IdentityStore, query: URLSearchParams, size: number): Reply {
  const ids = query.getAll('ids');
  if (ids.length > LARGEST_PAGE)
    return oryError(400, `The number of ids to filter must not exceed ${LARGEST_PAGE}`);
  if (!ids.every(isUuid)) return oryError(400, 'Invalid UUID in ids');
  const token = pageToken(query);
  if (token === undefined) return badToken();
  const known = [...new Set(ids.map((id) => id.toLowerCase()))]
    .filter((id) => id > token)
    .sort()
    .flatMap((id) => identities.get(id) ?? []);
  return pageOf(known, query, size);
}

/** A filter by identifier also returns the identifiers of the credentials. */
function found(identity: OryIdentity | undefined, query: URLSearchParams, size: number): Reply {
  const json =
    identity === undefined
      ? []
      : [{ ...identityJson(identity, 'admin'), credentials: credentialsJson(identity) }];
  return { status: 200, headers: { link: linkTo(query, size, NIL, 'first') }, json };
}

function filterOf(query: URLSearchParams): (identity: OryIdentity) => boolean {
  const organization = query.get('organization_id');
  return (identity) => organization === null || identity.organization_id === organization;
}

function keysetPage(
  identities: IdentityStore,
  matches: (identity: OryIdentity) => boolean,
  query: URLSearchParams,
  size: number,
): Reply {
  const token = pageToken(query);
  if (token === undefined) return badToken();
  return pageOf(taken(identities.after(token), matches, size + 1), query, size);
}

/** Undefined if it is not a page token. */
function pageToken(query: URLSearchParams): string | undefined {
  return uuidIn(query.get('page_token') ?? NIL);
}

function badToken(): Reply {
  return oryError(400, 'The page token is invalid, do not craft your own page tokens');
}

/** @param found the matches, ordered by id; one more than `size` is enough for a `next` link */
function pageOf(found: readonly OryIdentity[], query: URLSearchParams, size: number): Reply {
  const last = found.length > size ? found[size - 1] : undefined;
  const links = [
    linkTo(query, size, NIL, 'first'),
    ...(last === undefined ? [] : [linkTo(query, size, last.id, 'next')]),
  ];
  return {
    status: 200,
    headers: { link: links.join(',') },
    json: found.slice(0, size).map((identity) => identityJson(identity, 'admin')),
  };
}

function taken(
  all: Iterable<OryIdentity>,
  matches: (identity: OryIdentity) => boolean,
  most: number,
): readonly OryIdentity[] {
  const page: OryIdentity[] = [];
  for (const identity of all) {
    if (page.length === most) break;
    if (matches(identity)) page.push(identity);
  }
  return page;
}

/**
 * Relative links with sorted parameters, joined by a comma without a space, as Kratos writes them. They
 * repeat the whole query, including every one of `ids`, so 100 ids make a header of 4.2 KB (seen with Kratos
 * v26.2.0).
 */
function linkTo(query: URLSearchParams, size: number, token: string, rel: string): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('per_page');
  parameters.set('page_size', String(size));
  parameters.set('page_token', token);
  parameters.sort();
  return `</admin/identities?${parameters.toString()}>; rel="${rel}"`;
}

function legacyPage(
  identities: IdentityStore,
  matches: (identity: OryIdentity) => boolean,
  page: number,
  size: number,
): Reply {
  if (!Number.isInteger(page) || page < 0) return oryError(400, 'page is not a number');
  if (page * size > LEGACY_REACH) {
    return oryError(400, 'Legacy pagination is not supported for enumerating over 1000 items');
  }
  const all = taken(identities.after(NIL), matches, Number.POSITIVE_INFINITY);
  return {
    status: 200,
    headers: { 'x-total-count': String(all.length) },
    json: all.slice(page * size, (page + 1) * size).map((identity) => identityJson(identity, 'admin')),
  };
}
