import { z } from 'zod';
import { parseJson } from '../call/http.ts';
import type { Reply } from '../call/http.ts';
import type { IdentityStore } from './ory-identities.ts';
import { linksAround } from './ory-legacy-page.ts';
import { NIL, pageJson } from './ory-list-page.ts';
import type { OryBehaviour } from './ory-versions.ts';

const DEFAULT_PAGE = 250;
const LARGEST_PAGE = 1_000;

const tokenSchema = z.object({ offset: z.string().regex(/^\d+$/) });

/**
 * The list of Kratos 1.0, before it had `ids` and pages by id. It lists the newest ids first, and a page token is an
 * offset. So if an identity is deleted during a scan, the scan misses another one. A token that cannot be read counts
 * as the start (ory/x, pagination/tokenpagination). Links are absolute, without `/admin`.
 */
export function offsetPage(
  identities: IdentityStore,
  query: URLSearchParams,
  adminUrl: string,
  behaviour: OryBehaviour,
): Reply {
  const identifier = query.get('credentials_identifier') ?? '';
  const found = identifier === '' ? undefined : identities.byIdentifier(identifier);
  const all =
    identifier === '' ? [...identities.after(NIL)].toReversed() : [found].flatMap((one) => one ?? []);
  const tokens = query.has('page_token') || query.has('page_size');
  const size = sizeOf(query.get(tokens ? 'page_size' : 'per_page'));
  const start = tokens ? offsetIn(query.get('page_token') ?? '') : Number(query.get('page') ?? 0) * size;
  const page = Number.isNaN(start) ? 0 : Math.floor(start / size);
  const links = linksAround(page, Math.ceil(all.length / size) - 1, (number) => {
    const token = Buffer.from(`{"offset":"${number * size}","v":2}`).toString('base64url');
    return `${adminUrl}/identities?page=${number}&page_size=${size}&page_token=${token}&per_page=${size}`;
  });
  return {
    status: 200,
    headers: { ...(links === '' ? {} : { link: links }), 'x-total-count': String(all.length) },
    json: pageJson(all.slice(page * size, (page + 1) * size), {
      query,
      path: '/admin/identities',
      size,
      behaviour,
    }),
  };
}

function sizeOf(text: string | null): number {
  const size = text === null ? DEFAULT_PAGE : Number(text);
  return Number.isInteger(size) ? Math.max(1, Math.min(size, LARGEST_PAGE)) : DEFAULT_PAGE;
}

function offsetIn(token: string): number {
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')));
  return parsed.success ? Number(parsed.data.offset) : 0;
}
