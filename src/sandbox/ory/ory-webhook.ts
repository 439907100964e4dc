import { request } from 'undici';
import { NODE_WORLD } from '../../node-world.ts';
import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { JsonObject } from '../../model/json.ts';
import { goJsonnet } from './go-jsonnet.ts';

/** The body of a webhook as Ory renders it from jsonnet/sync-contact.jsonnet. The event is in the URL. */
export function webhookBody(identity: JsonObject): string {
  const keys: readonly string[] = IDENTITY_KEYS;
  return goJsonnet({
    identity: Object.fromEntries(Object.entries(identity).filter(([key]) => keys.includes(key))),
  });
}

export interface WebhookOptions {
  /** Added to Ory's own headers, or replaces them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the rendered identity. */
  readonly body?: string;
  /** Tries up to three times, as Ory does. Without it, there is one attempt. */
  readonly retry?: boolean;
  /** The waits before the second and the third attempt, in ms. Ory waits 1 s and 2 s. */
  readonly backoffMs?: readonly [number, number];
  /** The timeout of one attempt, in ms. Ory's is 30 s. */
  readonly timeoutMs?: number;
}

export interface WebhookResult {
  /** The status of the last attempt; 0 if there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly attempts: number;
}

/** Sends a webhook as Ory does (ory/kratos selfservice/hook/web_hook.go, hashicorp/go-retryablehttp). */
export async function sendWebhook(
  url: string,
  secret: string,
  identity: JsonObject,
  options: WebhookOptions = {},
): Promise<WebhookResult> {
  const { retry = false, backoffMs = [1_000, 2_000] } = options;
  const triggerId = NODE_WORLD.uuid();
  let attempts = 0;
  for (;;) {
    attempts += 1;
    const answer = await attempt(url, secret, identity, triggerId, options);
    const backoff = backoffMs[attempts - 1];
    if (!retry || backoff === undefined || !isRetried(answer.status)) {
      return { status: answer.status, body: answer.body, attempts };
    }
    await NODE_WORLD.sleep(answer.retryAfterMs ?? backoff);
  }
}

interface Attempt {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs?: number | undefined;
}

async function attempt(
  url: string,
  secret: string,
  identity: JsonObject,
  triggerId: string,
  { headers, body = webhookBody(identity), timeoutMs = 30_000 }: WebhookOptions,
): Promise<Attempt> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'user-agent': 'Go-http-client/1.1',
        'content-type': 'application/json',
        // Go sends the secret as UTF-8. For undici, each byte is one character.
        'x-webhook-secret': Buffer.from(secret, 'utf8').toString('latin1'),
        'ory-webhook-request-id': NODE_WORLD.uuid(),
        'ory-webhook-trigger-id': triggerId,
        'accept-encoding': 'gzip',
        ...headers,
      },
      body,
      signal: NODE_WORLD.timeout(timeoutMs),
    });
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      body: await answer.body.text(),
      retryAfterMs: [429, 503].includes(answer.statusCode) ? retryAfterMs(retryAfter?.toString()) : undefined,
    };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

/** Retried are connection errors, 429, and 5xx except 501. */
function isRetried(status: number): boolean {
  return status === 0 || status === 429 || (status >= 500 && status !== 501);
}

/** `Retry-After` in seconds or as a date. Ory does not limit it. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - NODE_WORLD.now());
}
