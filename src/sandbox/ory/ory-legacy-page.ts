import type { Reply } from '../call/http.ts';
import { oryError } from './ory-errors.ts';
import type { IdentityStore } from './ory-identities.ts';
import type { OryIdentity } from './ory-identity.ts';
import type { Asked } from './ory-list-page.ts';
import { NIL, notANumber, pageJson, taken } from './ory-list-page.ts';

/** The deprecated parameter `page` reaches only this many identities. */
const LEGACY_REACH = 1_000;

/** A list with the deprecated parameter `page`, which counts from 0. */
export function legacyPage(
  identities: IdentityStore,
  matches: (identity: OryIdentity) => boolean,
  asked: Asked,
): Reply {
  const { query, size } = asked;
  const text = query.get('page') ?? '';
  const page = text === '' ? 0 : Number(text);
  if (!Number.isInteger(page)) return notANumber(text);
  if (page < 0 || page * size > LEGACY_REACH) {
    return oryError(
      400,
      'Legacy pagination is not supported for enumerating over 1000 items. Please switch to using page_token and page_size.',
    );
  }
  const all = taken(identities.after(NIL), matches, Number.POSITIVE_INFINITY);
  const links = legacyLinks(asked, page, Math.ceil(all.length / size) - 1);
  return {
    status: 200,
    headers: { ...(links === '' ? {} : { link: links }), 'x-total-count': String(all.length) },
    json: pageJson(all.slice(page * size, (page + 1) * size), asked),
  };
}

function legacyLinks({ query, path, size }: Asked, page: number, last: number): string {
  return linksAround(page, last, (number) => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(number));
    parameters.set('per_page', String(size));
    parameters.sort();
    return `${path}?${parameters.toString()}`;
  });
}

/**
 * The links of a page that has a number (ory/x, pagination/header.go).
 * @param last the number of the last page
 * @param to the address of a page
 */
export function linksAround(page: number, last: number, to: (page: number) => string): string {
  const links = [
    ...(page > 0 ? [[0, 'first'] as const] : []),
    ...(page < last ? [[page + 1, 'next'] as const] : []),
    ...(page > 0 ? [[page - 1, 'prev'] as const] : []),
    ...(page < last ? [[last, 'last'] as const] : []),
  ];
  return links.map(([number, rel]) => `<${to(number)}>; rel="${rel}"`).join(',');
}
