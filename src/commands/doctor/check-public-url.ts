import { z } from 'zod';
import type { Settings } from '../../config/sources.ts';
import { parsePublicUrl } from '../../ory/actions/our-hook.ts';
import { isLocalHost } from '../../ory/local-host.ts';
import { DOCTOR } from '../../webhook/sync-contact.ts';
import { fail, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { post } from './post.ts';
import type { Posted } from './post.ts';

const ROUTE = '/zoho/sync-contact';
/** The id of an identity that Ory has not saved yet. Serve accepts it and stores nothing. */
const NOBODY = JSON.stringify({ identity: { id: '00000000-0000-0000-0000-000000000000' } });
/** Serve recognizes this name and does not log a warning. */
const NAMED = { 'user-agent': DOCTOR };
/** Statuses of a gateway whose server is down. */
const DOWN: ReadonlySet<number> = new Set([502, 503, 504]);

const errorBody = z.object({ error: z.object({ code: z.string() }) });

/**
 * Calls serve at the address that Ory uses. The first call has no secret; the secret follows only if the
 * answer is serve's refusal, so that it reaches no other server.
 */
export async function checkPublicUrl(settings: Settings, signal: AbortSignal): Promise<Finding> {
  const given = settings.get('ORY_ZOHO_PUBLIC_URL')?.value;
  const secret = settings.get('ORY_WEBHOOK_SECRET')?.value;
  if (given === undefined) {
    const detail = 'ORY_ZOHO_PUBLIC_URL is not set, so it is not checked whether Ory can reach serve';
    return warn(
      'public_url',
      detail,
      'Set it to the address at which Ory reaches serve: ory-zoho init --yes --public-url https://YOUR-HOST',
    );
  }
  let base: string;
  try {
    base = parsePublicUrl(given);
  } catch (error) {
    return thrown('public_url', error);
  }
  const url = `${base}${ROUTE}`;
  const stranger = await post(url, NOBODY, NAMED, signal);
  if (!isServe(stranger)) return notServe(base, stranger);
  if (secret === undefined) {
    const detail = `serve is at ${base}; its secret is not checked, because ORY_WEBHOOK_SECRET is not set`;
    return warn('public_url', detail, 'Fix configuration, then run doctor again.');
  }
  // Sent as Go does. undici takes each byte of the UTF-8 as one character.
  const sent = Buffer.from(secret, 'utf8').toString('latin1');
  const answer = await post(url, NOBODY, { ...NAMED, 'x-webhook-secret': sent }, signal);
  if (answer.kind !== 'answered') return notServe(base, answer);
  if (answer.status === 401) {
    const fix = 'Give serve and doctor the same ORY_WEBHOOK_SECRET, and restart serve after a change.';
    return fail('public_url', `serve at ${base} has another ORY_WEBHOOK_SECRET`, fix);
  }
  if (answer.status !== 200) return notServe(base, answer);
  if (new URL(base).protocol === 'http:' && !isLocalHost(new URL(base).hostname)) {
    const detail = `serve answers at ${base}, but over http, so the secret and personal data are not encrypted`;
    return warn('public_url', detail, 'Put https in front of serve.');
  }
  return ok('public_url', `serve answers at ${base} and accepts the secret`);
}

/** Whether the answer is serve's refusal of a call without a secret. */
function isServe(posted: Posted): boolean {
  if (posted.kind !== 'answered' || posted.status !== 401) return false;
  return errorBody.safeParse(posted.json).data?.error.code === 'unauthorized';
}

function notServe(base: string, posted: Posted): Finding {
  if (posted.kind === 'no_answer') {
    const detail = `nothing answers at ${base} (${posted.message})`;
    return warn('public_url', detail, 'Start "ory-zoho serve", and make the address lead to it.');
  }
  if (posted.kind === 'wrong_address') {
    return fail('public_url', `${base}: ${posted.message}`, 'Correct ORY_ZOHO_PUBLIC_URL.');
  }
  const { status } = posted;
  if (DOWN.has(status)) {
    const detail = `${base} answers ${status}: serve behind it is down, or cannot write`;
    return warn('public_url', detail, 'Start "ory-zoho serve", and check its log.');
  }
  if (status >= 300 && status < 400) {
    const fix =
      'Set ORY_ZOHO_PUBLIC_URL to the target of the redirect, because Ory turns a redirected POST into a GET.';
    return fail('public_url', `${base} redirects (${status})`, fix);
  }
  const fix = `Make ${ROUTE} at that address lead to "ory-zoho serve", or correct ORY_ZOHO_PUBLIC_URL.`;
  return fail('public_url', `the server at ${base} is not serve (${status})`, fix);
}
