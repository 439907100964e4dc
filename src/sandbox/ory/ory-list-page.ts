import type { JsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';
import { oryError } from './ory-errors.ts';
import type { OryIdentity } from './ory-identity.ts';
import { credentialsJson, identityJson } from './ory-identity.ts';
import type { OryBehaviour } from './ory-versions.ts';

/** The id before all others. */
export const NIL = '00000000-0000-0000-0000-000000000000';

/** One call of the list. */
export interface Asked {
  readonly query: URLSearchParams;
  /** With or without a slash at the end. */
  readonly path: string;
  readonly size: number;
  readonly behaviour: OryBehaviour;
}

/** What Kratos says to a parameter that is no number. */
export function notANumber(text: string): Reply {
  return oryError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** The matches, at most this many. */
export function taken(
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

/** Credentials are shown if the list was filtered by them, or if they were asked for. */
export function pageJson(page: readonly OryIdentity[], { query, behaviour }: Asked): JsonObject[] {
  const withConfig = query.getAll('include_credential');
  const shows =
    withConfig.length > 0 ||
    ['credentials_identifier', 'preview_credentials_identifier_similar'].some((name) => query.get(name));
  return page.map((identity) =>
    identityJson(identity, 'read', shows ? credentialsJson(identity, behaviour, withConfig) : undefined),
  );
}
