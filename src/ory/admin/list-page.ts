import LinkHeader from 'http-link-header';
import { z } from 'zod';
import type { Identity } from '../../model/identity.ts';
import type { OryAdminConnection } from './admin-request.ts';
import type { OryFailure, OryHeaders } from './admin-answer.ts';
import { parseIdentity } from '../identity/identity.ts';
import { restMsOf } from './rate-limit.ts';

/** The most that Ory gives (API reference, `GET /admin/identities`). Ory reduces higher numbers to this. */
const PAGE_SIZE = 500;

export type ListedPage =
  | {
      readonly kind: 'page';
      readonly identities: readonly Identity[];
      /** The token of the next page. Undefined if this is the last one. */
      readonly next: string | undefined;
      /** How long to wait before the next request, in ms, to stay below Ory's limits. */
      readonly restMs: number;
    }
  /** Ory does not know the page token, or no longer. The scan must begin again. */
  | { readonly kind: 'bad_token'; readonly message: string }
  | OryFailure;

/**
 * One page of `GET /admin/identities`, strongly consistent. Ory lists by ascending id and has no snapshot. An
 * identity that is created during the scan is seen only if its id comes after the last page read.
 * @param token `next` of the page before, undefined for the first page
 * @throws the signal's reason after it aborts. Every other failure is returned
 */
export async function listPage(
  connection: OryAdminConnection,
  token: string | undefined,
  signal: AbortSignal,
): Promise<ListedPage> {
  const query = new URLSearchParams({ page_size: String(PAGE_SIZE), consistency: 'strong' });
  if (token !== undefined) query.set('page_token', token);
  const answer = await connection.get('/admin/identities', query, signal);
  if (answer.kind === 'failed') {
    const refused = answer.badRequest === true && token !== undefined;
    return refused ? { kind: 'bad_token', message: answer.message } : answer;
  }
  const items = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
  if (answer.kind !== 'ok' || items === undefined) {
    return unexpected('did not return a list. Is ORY_ADMIN_URL the address of the admin API?');
  }
  const next = nextToken(answer.headers);
  if (next === null || (next !== undefined && next === token)) {
    return unexpected('has pages in a form that ory-zoho does not know. You need a newer Kratos.');
  }
  const identities = items.map(parseIdentity).filter((identity) => identity !== undefined);
  return { kind: 'page', identities, next, restMs: restMsOf(answer.headers, connection.world.now()) };
}

/** Undefined if there is no next page. Null if there is one, but without a token. */
function nextToken({ link }: OryHeaders): string | null | undefined {
  if (typeof link !== 'string') return undefined;
  let next: string | undefined;
  try {
    next = LinkHeader.parse(link).rel('next')[0]?.uri;
  } catch {
    return null;
  }
  if (next === undefined) return undefined;
  // The links are relative, and the base is only needed to parse them.
  return URL.parse(next, 'http://ory')?.searchParams.get('page_token') ?? null;
}

function unexpected(message: string): OryFailure {
  return {
    kind: 'failed',
    reason: 'unexpected',
    message: `Ory's admin API: GET /admin/identities ${message}`,
  };
}
