import { ConfigurationError } from '../../errors.ts';
import type { Event } from '../../model/event.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { isLocalHost } from '../local-host.ts';

/** The route of `serve` that our hooks call. */
const ROUTE = '/zoho/sync-contact';

/** What a hook of ours is filled in with. */
export interface HookValues {
  /** Where Ory reaches `serve`, without our route and without a slash at its end. */
  readonly publicUrl: string;
  /** ORY_WEBHOOK_SECRET; Ory fills in no variables, so the value itself stands in the hook. */
  readonly secret: string;
  /** The Jsonnet template as a `base64://` URL. */
  readonly body: string;
  /** The mapping asks for the last sign-in: logins have a hook too. */
  readonly signIns: boolean;
}

/**
 * ORY_ZOHO_PUBLIC_URL without what hooks add. @throws ConfigurationError when it is no address hooks can be
 * made of
 */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined && url.search === '' && url.hash === '' && url.username + url.password === '';
  if (!plain || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError('bad_public_url', 'The public URL is no plain http(s) address.', {
      hint: 'Give the address at which Ory reaches `ory-zoho serve`, such as https://sync.example.com.',
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(new RegExp(`${ROUTE}$`), '');
}

/** What is wrong with a public URL that works; undefined: nothing. */
export function clearTextWarning(publicUrl: string): string | undefined {
  const { protocol, hostname, host } = new URL(publicUrl);
  if (protocol === 'https:' || isLocalHost(hostname)) return undefined;
  return `The public URL is plain http: the webhook secret and personal data go to ${host} in the clear. Use https.`;
}

/** The web_hook that tells `serve` of one kind of event (Ory Kratos configuration, "web_hook"). */
export function ourHook(event: Event, { publicUrl, secret, body }: HookValues): JsonObject {
  return {
    hook: 'web_hook',
    config: {
      url: `${publicUrl}${ROUTE}?event=${event}`,
      method: 'POST',
      body,
      response: { ignore: true },
      auth: { type: 'api_key', config: { name: 'X-Webhook-Secret', value: secret, in: 'header' } },
    },
  };
}

/** Whether a hook calls our route, whatever the host, or sends our template. */
export function isOurs(hook: Json, body: string): boolean {
  const config = configOf(hook);
  const url = config['url'];
  if (typeof url === 'string' && pathOf(url).endsWith(ROUTE)) return true;
  return config['body'] === body;
}

/**
 * The path of an address, also of one that is filled in later (`${SYNC_URL}/zoho/sync-contact`), up to query
 * and hash.
 */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : (/^[^?#]*/.exec(url.trim())?.[0] ?? '');
}

/**
 * Whether a hook of ours does what the wanted one does. Keys we do not set (`id`, `headers`) may be there,
 * and so may defaults written out. A body that Ory Network moved to an address of its own cannot be compared,
 * and counts as ours.
 */
export function isCurrent(hook: Json, wanted: JsonObject): boolean {
  const { response, can_interrupt: interrupts = false, body, ...rest } = configOf(hook);
  const { response: _response, body: wantedBody, ...others } = configOf(wanted);
  const { ignore, parse = false } = isJsonObject(response) ? response : {};
  const moved = typeof body === 'string' && /^https?:/.test(body);
  return (
    ignore === true &&
    parse === false &&
    interrupts === false &&
    (moved || body === wantedBody) &&
    Object.entries(others).every(([key, value]) => canonicalJson(rest[key] ?? null) === canonicalJson(value))
  );
}

/** A hook of ours put right: as wanted, with the keys it has beyond ours. */
export function corrected(hook: Json, wanted: JsonObject): JsonObject {
  // Ory refuses `can_interrupt` beside `response.ignore`.
  const { can_interrupt: _interrupts, ...config } = configOf(hook);
  return { ...wanted, config: { ...config, ...configOf(wanted) } };
}

function configOf(hook: Json): JsonObject {
  const config = isJsonObject(hook) && hook['hook'] === 'web_hook' ? hook['config'] : undefined;
  return isJsonObject(config) ? config : {};
}
