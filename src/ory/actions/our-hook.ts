import { ConfigurationError } from '../../errors.ts';
import type { Event } from '../../model/event.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { isLocalHost } from '../local-host.ts';

/** The route of `serve` that our hooks call. */
const ROUTE = '/zoho/sync-contact';

/** The values for our hooks. */
export interface HookValues {
  /** The address at which Ory reaches `serve`, without our route and without a trailing slash. */
  readonly publicUrl: string;
  /** ORY_WEBHOOK_SECRET. Ory fills in no variables, so the hook contains the value itself. */
  readonly secret: string;
  /** The Jsonnet template as a `base64://` URL. */
  readonly body: string;
  /** The mapping uses the last sign-in, so logins get a hook too. */
  readonly signIns: boolean;
}

/**
 * ORY_ZOHO_PUBLIC_URL without the parts that hooks add.
 * @throws ConfigurationError if no hook can call the address
 */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined && url.search === '' && url.hash === '' && url.username + url.password === '';
  if (!plain || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError('bad_public_url', 'The public URL is not a plain http(s) address.', {
      hint: 'Give the address at which Ory reaches `ory-zoho serve`, such as https://sync.example.com.',
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(new RegExp(`${ROUTE}$`), '');
}

/** What is wrong with a usable public URL. Undefined if nothing is. */
export function clearTextWarning(publicUrl: string): string | undefined {
  const { protocol, hostname, host } = new URL(publicUrl);
  if (protocol === 'https:' || isLocalHost(hostname)) return undefined;
  return `The public URL is plain http: the webhook secret and personal data go to ${host} in the clear. Use https.`;
}

/** The web_hook that reports one kind of event to `serve` (Ory Kratos configuration, "web_hook"). */
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

/** Whether a hook calls our route at any host, or sends our template. */
export function isOurs(hook: Json, body: string): boolean {
  const config = configOf(hook);
  const url = config['url'];
  if (typeof url === 'string' && pathOf(url).endsWith(ROUTE)) return true;
  return config['body'] === body;
}

/**
 * The path of an address up to query and hash. It may have a placeholder (`${SYNC_URL}/zoho/sync-contact`).
 */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : (/^[^?#]*/.exec(url.trim())?.[0] ?? '');
}

/**
 * Whether a hook of ours does the same as the wanted one. It may have keys that we do not set (`id`,
 * `headers`) and default values. If Ory Network has moved its body to an address, it cannot be compared and
 * counts as ours.
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

/** A hook of ours with the wanted values. It keeps its other keys. */
export function corrected(hook: Json, wanted: JsonObject): JsonObject {
  // Ory refuses `can_interrupt` together with `response.ignore`.
  const { can_interrupt: _interrupts, ...config } = configOf(hook);
  return { ...wanted, config: { ...config, ...configOf(wanted) } };
}

function configOf(hook: Json): JsonObject {
  const config = isJsonObject(hook) && hook['hook'] === 'web_hook' ? hook['config'] : undefined;
  return isJsonObject(config) ? config : {};
}
