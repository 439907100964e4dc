import { Agent, request } from 'undici';
import { afterEach } from 'vitest';
import { z } from 'zod';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON, or undefined if it is not JSON. */
  readonly json: unknown;
}

// Kratos repeats a query of 500 ids in its answer headers. That is more than Node reads by default.
const dispatcher = new Agent({ maxHeaderSize: 1024 * 1024 });

const running: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** A sandbox that is closed at the end of the test. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

export async function call(
  url: string,
  options: {
    method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    headers?: Record<string, string>;
    json?: unknown;
    form?: string;
    text?: string;
  } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, json, form, text: sent } = options;
  const body = form ?? sent ?? (json === undefined ? null : JSON.stringify(json));
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  const answer = await request(url, {
    method,
    headers: { 'content-type': type, ...headers },
    body,
    dispatcher,
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Requests an access token as the product does. */
export async function askForToken({ zoho }: Sandbox, change: Record<string, string> = {}): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: zoho.clientId,
    client_secret: zoho.clientSecret,
    refresh_token: zoho.refreshToken,
    ...change,
  });
  return call(`${zoho.accountsUrl}/oauth/v2/token`, { method: 'POST', form: form.toString() });
}

export async function accessToken(sandbox: Sandbox, change: Record<string, string> = {}): Promise<string> {
  const { json } = await askForToken(sandbox, change);
  return z.object({ access_token: z.string() }).parse(json).access_token;
}

const itemSchema = z.looseObject({
  code: z.string(),
  status: z.string(),
  message: z.string(),
  action: z.string().optional(),
  duplicate_field: z.string().nullable().optional(),
  details: z.looseObject({ id: z.string().optional() }),
});
export type Item = z.infer<typeof itemSchema>;

/** The Zoho CRM API of a sandbox, called with a token. */
export class Crm {
  readonly #sandbox: Sandbox;
  readonly #token: string;
  readonly #version: string;

  constructor(sandbox: Sandbox, token: string, version = 'v8') {
    this.#sandbox = sandbox;
    this.#token = token;
    this.#version = version;
  }

  static async of(sandbox: Sandbox, version = 'v8'): Promise<Crm> {
    return new Crm(sandbox, await accessToken(sandbox), version);
  }

  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, json?: unknown): Promise<Answer> {
    const url = `${this.#sandbox.zoho.apiBaseUrl(this.#version)}/${path}`;
    return call(url, { method, json, headers: { authorization: `Zoho-oauthtoken ${this.#token}` } });
  }

  /** Sends a body that need not be JSON. */
  sendText(method: 'POST' | 'PUT', path: string, text: string): Promise<Answer> {
    const url = `${this.#sandbox.zoho.apiBaseUrl(this.#version)}/${path}`;
    return call(url, { method, text, headers: { authorization: `Zoho-oauthtoken ${this.#token}` } });
  }

  upsert(data: readonly object[], more: object = {}): Promise<Answer> {
    return this.send('POST', 'Contacts/upsert', { data, ...more });
  }

  coql(query: string): Promise<Answer> {
    return this.send('POST', 'coql', { select_query: query });
  }
}

export function itemsOf({ json }: Answer): readonly Item[] {
  return z.object({ data: z.array(itemSchema) }).parse(json).data;
}

export function itemOf(answer: Answer, index = 0): Item {
  const item = itemsOf(answer)[index];
  if (item === undefined) throw new Error(`no item ${index} in ${answer.text}`);
  return item;
}

export function idOf(answer: Answer, index = 0): string {
  return z.string().parse(itemOf(answer, index).details.id);
}

const rowsSchema = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

export function rowsOf({ json }: Answer): readonly Record<string, unknown>[] {
  return rowsSchema.parse(json).data;
}
