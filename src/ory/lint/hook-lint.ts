import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import { isLocalHost } from '../local-host.ts';

/** What is wrong with a hook. `fix` is null if `actions apply` fixes it. */
export interface HookFault {
  readonly state: 'warn' | 'fail';
  readonly detail: string;
  readonly fix: string | null;
}

/** What the hooks should contain, as far as it is known here. Secrets never get into a fault. */
export interface ExpectedHook {
  /** The address at which Ory reaches serve, without the route. */
  readonly publicUrl: string | undefined;
  readonly secret: string | undefined;
  /** Still accepted while the secret is rotated. */
  readonly previousSecret: string | undefined;
  /** The mapping uses the last sign-in. */
  readonly signIns: boolean;
  /** The mapping uses `verified`, the state of the email. */
  readonly verified: boolean;
  /** The configuration comes from Ory Network. */
  readonly network: boolean;
}

const ROUTES = ['/zoho/sync-contact', '/zoho-crm/sync-user'];

const webHook = z.object({
  hook: z.literal('web_hook'),
  config: z.object({
    url: z.string(),
    method: z.unknown().optional(),
    body: z.unknown().optional(),
    can_interrupt: z.unknown().optional(),
    response: z
      .object({ ignore: z.unknown().optional(), parse: z.unknown().optional() })
      .optional()
      .catch(undefined),
    auth: z.unknown().optional(),
    headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
  }),
});

export type WebHookConfig = z.infer<typeof webHook>['config'];

/**
 * The configuration of a web_hook that calls serve, by its route or at its address. Undefined for any other
 * hook.
 */
export function hookToServe(hook: Json, { publicUrl }: ExpectedHook): WebHookConfig | undefined {
  const config = webHook.safeParse(hook).data?.config;
  if (config === undefined) return undefined;
  if (!URL.canParse(config.url)) return isFilledIn(config.url) ? config : undefined;
  const { origin, pathname } = new URL(config.url);
  const atRoute = ROUTES.some((route) => pathname.endsWith(route));
  const atServe = publicUrl !== undefined && `${origin}${pathname}`.startsWith(`${publicUrl}/`);
  return atRoute || atServe ? config : undefined;
}

/**
 * Whether the address has a placeholder, as in `${SYNC_URL}/zoho/sync-contact`, which something fills in
 * before Kratos reads it.
 */
function isFilledIn(url: string): boolean {
  const path = /^[^?#]*/.exec(url)?.[0] ?? '';
  return ROUTES.some((route) => path.trimEnd().endsWith(route));
}

/**
 * Everything wrong with a hook to serve in a list that runs after a flow (Ory Kratos configuration,
 * "web_hook").
 */
export function hookFaults(config: WebHookConfig, event: string, expected: ExpectedHook): HookFault[] {
  return [
    ...timingFaults(config),
    ...urlFaults(config.url, event, expected.publicUrl),
    ...secretFaults(config, expected),
    ...bodyFaults(config.body, expected.network),
    ...(config.method === 'POST'
      ? []
      : [fail('does not use the method POST, the only one that serve accepts')]),
  ];
}

function timingFaults({ response, can_interrupt: interrupts }: WebHookConfig): HookFault[] {
  if (response?.parse === true || interrupts === true) {
    const key = response?.parse === true ? 'response.parse' : 'can_interrupt';
    return [fail(`runs before the identity is saved (${key}): it has no id yet, and nothing is synced`)];
  }
  if (response?.ignore === true) return [];
  return [
    fail('makes users wait for its answer, and shows them an error when serve is down (response.ignore)'),
  ];
}

function urlFaults(text: string, event: string, publicUrl: string | undefined): HookFault[] {
  if (!URL.canParse(text)) {
    const detail = 'has a placeholder in its address, which Kratos does not fill in';
    const fix = 'Fill in ORY_ZOHO_PUBLIC_URL before Kratos reads the file.';
    return [{ state: 'warn', detail, fix }];
  }
  const url = new URL(text);
  const route = ROUTES.find((route) => url.pathname.endsWith(route));
  const base = `${url.origin}${url.pathname.slice(0, url.pathname.length - (route ?? '').length)}`;
  const named = url.searchParams.get('event');
  const faults: HookFault[] = [];
  if (route === undefined) {
    faults.push(fail(`calls ${url.pathname}, not ${ROUTES[0]}`));
  } else if (url.hostname === 'your-host' || (publicUrl !== undefined && base !== publicUrl)) {
    faults.push(fail(`calls ${base}, not ${publicUrl ?? 'the address of serve'}`));
  }
  if (url.protocol === 'http:' && !isLocalHost(url.hostname)) {
    const fix = 'Use https between Ory and serve.';
    faults.push({ state: 'warn', detail: 'sends the secret and personal data over http, in the clear', fix });
  }
  if (named !== null && named !== event) {
    faults.push({ state: 'warn', detail: `sends ?event=${word(named)} for a ${event}`, fix: null });
  }
  return faults;
}

function secretFaults(config: WebHookConfig, { secret, previousSecret }: ExpectedHook): HookFault[] {
  const sent = secretSent(config);
  if ('fault' in sent) return [fail(sent.fault)];
  if (secret === undefined) {
    return ['', 'YOUR-WEBHOOK-SECRET'].includes(sent.secret) ? [fail('sends no real secret')] : [];
  }
  if (sent.secret === secret) return [];
  if (sent.secret !== previousSecret) return [fail('sends another secret than ORY_WEBHOOK_SECRET')];
  return [{ state: 'warn', detail: 'still sends the previous secret', fix: null }];
}

const apiKey = z.object({
  type: z.literal('api_key'),
  config: z.object({ name: z.string(), value: z.string(), in: z.string().optional() }),
});

/** The secret as serve would read it, or the reason why serve cannot read it. */
function secretSent({
  auth,
  headers = {},
}: WebHookConfig): { readonly secret: string } | { readonly fault: string } {
  const key = apiKey.safeParse(auth).data?.config;
  if (key !== undefined) {
    if (key.in === 'cookie') return { fault: 'sends its secret as a cookie, which serve does not read' };
    return secretInHeader(key.name, key.value);
  }
  if (auth !== undefined)
    return { fault: 'does not authenticate by api_key, the only way that serve accepts' };
  const found = Object.entries(headers).find(([name]) => /^(?:x-webhook-secret|authorization)$/i.test(name));
  const [name, value] = found ?? [];
  if (name === undefined || typeof value !== 'string') return { fault: 'sends no secret' };
  return secretInHeader(name, value);
}

function secretInHeader(
  name: string,
  value: string,
): { readonly secret: string } | { readonly fault: string } {
  if (/^x-webhook-secret$/i.test(name)) return { secret: value };
  if (!/^authorization$/i.test(name)) {
    return { fault: `sends its secret in the header ${word(name)}, not in X-Webhook-Secret` };
  }
  const bearer = /^Bearer (.+)$/i.exec(value)?.[1];
  return bearer === undefined ? { fault: 'sends Authorization without "Bearer"' } : { secret: bearer };
}

function bodyFaults(body: unknown, network: boolean): HookFault[] {
  if (typeof body !== 'string' || body === '') return [fail('has no body, so Ory sends nothing')];
  if (/^https?:/.test(body)) return [];
  const base64 = /^base64:\/\/(.*)$/s.exec(body)?.[1];
  if (base64 === undefined) {
    const detail = 'reads its body from a file, which Ory Network cannot';
    return [{ state: network ? 'fail' : 'warn', detail, fix: null }];
  }
  const valid = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  if (!valid) return [fail('has a body that is not standard base64 with padding, on one line')];
  const template = Buffer.from(base64, 'base64').toString('utf8');
  if (!/\bidentity\b/.test(template)) return [fail('has a body that does not send the identity')];
  if (/identity\.(?:metadata_admin|credentials)\b/.test(template)) {
    return [fail('has a body that uses data which webhooks do not have (metadata_admin, credentials)')];
  }
  return [];
}

function fail(detail: string): HookFault {
  return { state: 'fail', detail, fix: null };
}

/** A word of the file in a form that is safe to show. */
function word(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, ' ').slice(0, 40);
}
