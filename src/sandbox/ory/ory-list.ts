import { isUuid, uuidIn } from '../../model/uuid.ts';
import type { Reply } from '../call/http.ts';
import { oryError } from './ory-errors.ts';
import type { IdentityStore } from './ory-identities.ts';
import type { OryIdentity } from './ory-identity.ts';
import { CREDENTIAL_TYPES, identifiersOf } from './ory-identity.ts';
import { legacyPage } from './ory-legacy-page.ts';
import type { Asked } from './ory-list-page.ts';
import { NIL, notANumber, pageJson, taken } from './ory-list-page.ts';
import type { OryBehaviour } from './ory-versions.ts';

const DEFAULT_PAGE = 250;
const LARGEST_PAGE = 500;
const FILTERS = [
  'ids',
  'organization_id',
  'credentials_identifier',
  'preview_credentials_identifier_similar',
];

/**
 * `GET /admin/identities` (Ory API, listIdentities; ory/kratos identity/handler.go). Kratos ignores an unknown
 * `consistency`, and treats empty parameters as missing.
 */
export function listIdentities(
  identities: IdentityStore,
  query: URLSearchParams,
  path: string,
  behaviour: OryBehaviour,
): Reply {
  if (FILTERS.filter((name) => query.has(name)).length > 1) {
    return oryError(400, 'You cannot combine multiple filters in this API');
  }
  const text = query.get('page_size') ?? query.get('per_page');
  const size = pageSize(text);
  if (size === undefined) return notANumber(text ?? '');
  const asked = { query, path, size, behaviour };
  const wrong = wrongCredential(query);
  if (wrong !== undefined) return wrong;
  if (query.has('ids')) return byIds(identities, asked);
  const identifier = query.get('credentials_identifier');
  if (identifier !== null && identifier !== '') {
    return listed(
      [identities.byIdentifier(identifier)].flatMap((one) => one ?? []),
      asked,
      NIL,
    );
  }
  const matches = filterOf(query);
  return query.has('page') ? legacyPage(identities, matches, asked) : keysetPage(identities, matches, asked);
}

/** The answer if `include_credential` names a type that Kratos does not know. */
export function wrongCredential(query: URLSearchParams): Reply | undefined {
  const unknown = query.getAll('include_credential').find((type) => !CREDENTIAL_TYPES.includes(type));
  if (unknown === undefined) return undefined;
  return oryError(400, `Invalid value \`${unknown}\` for parameter \`include_credential\`.`);
}

/** A size that is too large is clamped. Zero or less means the default. Undefined if it is not a number. */
function pageSize(text: string | null): number | undefined {
  if (text === null || text === '') return DEFAULT_PAGE;
  const size = Number(text);
  if (!Number.isInteger(size)) return undefined;
  return size <= 0 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE);
}

/** Missing and repeated ids are ignored. At most one page comes back, however many ids were given. */
function byIds(identities: IdentityStore, asked: Asked): Reply {
  const ids = asked.query.getAll('ids');
  if (ids.length > LARGEST_PAGE) {
    return oryError(400, `The number of ids to filter must not exceed ${LARGEST_PAGE}.`);
  }
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) return oryError(400, `Invalid UUID value \`${wrong}\` for parameter \`ids\`.`);
  const token = pageToken(asked.query);
  if (token === undefined) return badToken();
  const known = [...new Set(ids.map((id) => id.toLowerCase()))]
    .sort()
    .flatMap((id) => identities.get(id) ?? []);
  return listed(known, asked, token);
}

function filterOf(query: URLSearchParams): (identity: OryIdentity) => boolean {
  const organization = query.get('organization_id') ?? '';
  const similar = (query.get('preview_credentials_identifier_similar') ?? '').trim().toLowerCase();
  return (identity) =>
    (organization === '' || identity.organization_id === organization) &&
    (similar === '' || identifiersOf(identity).some((identifier) => identifier.startsWith(similar)));
}

function keysetPage(
  identities: IdentityStore,
  matches: (identity: OryIdentity) => boolean,
  asked: Asked,
): Reply {
  const token = pageToken(asked.query);
  if (token === undefined) return badToken();
  return listed(taken(identities.after(token), matches, asked.size + 1), asked, token);
}

/** Undefined if it is not a page token. */
function pageToken(query: URLSearchParams): string | undefined {
  const token = query.get('page_token') ?? '';
  return token === '' ? NIL : uuidIn(token);
}

function badToken(): Reply {
  return oryError(400, 'The page token is invalid, do not craft your own page tokens');
}

/**
 * @param found the matches, ordered by id; one more than the size is enough for a `next` link
 * @param token they come after this id
 */
function listed(found: readonly OryIdentity[], asked: Asked, token: string): Reply {
  const { size } = asked;
  const page = found.filter(({ id }) => id > token);
  const last = page.length > size ? page[size - 1] : undefined;
  const links = [
    linkTo(asked, NIL, 'first'),
    ...(last === undefined ? [] : [linkTo(asked, last.id, 'next')]),
  ];
  return { status: 200, headers: { link: links.join(',') }, json: pageJson(page.slice(0, size), asked) };
}

/**
 * Relative links with sorted parameters, joined by a comma without a space, as Kratos writes them. They
 * repeat the whole query, including every one of `ids`, so 100 ids make a header of 4.2 KB (seen with Kratos
 * v26.2.0).
 */
function linkTo({ query, path, size }: Asked, token: string, rel: string): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('per_page');
  parameters.set('page_size', String(size));
  parameters.set('page_token', token);
  parameters.sort();
  return `<${path}?${parameters.toString()}>; rel="${rel}"`;
}
