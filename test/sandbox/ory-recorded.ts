import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { SpecifiedAnswer } from './ory-specification.ts';

/** A request to the admin API of a real Kratos, and its answer, as it was recorded. */
const recordSchema = z.object({
  about: z.string(),
  request: z.string(),
  requestBody: z.json().optional(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.json().optional(),
  /** Why Node could not read the answer. */
  error: z.string().optional(),
});
export type Recorded = z.infer<typeof recordSchema>;
type Json = z.infer<ReturnType<typeof z.json>>;

/**
 * The recorded answers of one version, in the order of the requests: on loopback, from builds of ory/kratos with
 * SQLite (`master` is b86338d of 2026-07-29), with a schema like `preset://basic`. All people are made up. Long lists
 * of ids are shortened to `{500-ids}`; the body of 1,001 identities is left out.
 */
export function recordedAnswers(version: string): readonly Recorded[] {
  const file = new URL(`../fixtures/ory/recorded/admin-${version}.json`, import.meta.url);
  return z.array(recordSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * An answer in a form that can be compared. What is left out, and why:
 * - ids and times: they are random, or the time of the request
 * - the order of lists: Ory lists by id, and ids are random. Parts of lists are compared by their length
 * - `content-length` of identities and lists: it depends on the digits of the times. That of errors is compared
 * - `date`, `connection`, `keep-alive`, `transfer-encoding`: they belong to the HTTP server, Go's or Node's
 * - the host of `schema_url`: the public address of a project may be any
 */
export interface Comparable {
  readonly about: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly error?: string | undefined;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const IDENTITY = /^\/admin\/identities\/([0-9a-f-]{36})$/i;

/** Sends the recorded requests to a sandbox. Identities that it makes take the place of the recorded ones. */
export class Replay {
  readonly #sandbox: Sandbox;
  /** For each recorded id, that of the sandbox. */
  readonly #ids = new Map<string, string>();
  readonly #dispatcher = new Agent();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** The sandbox's answer, as it is and in a form that can be compared. */
  async send(recorded: Recorded): Promise<{ readonly here: Comparable; readonly raw: SpecifiedAnswer }> {
    const { about } = recorded;
    const [method = '', path = ''] = recorded.request.split(' ');
    const body = bodyOf(recorded);
    const asked = { method, path: this.#here(path) };
    try {
      const answer = await request(`${this.#sandbox.ory.adminUrl}${asked.path}`, {
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(method),
        ...(body !== undefined && { body }),
        ...(body !== undefined &&
          about !== 'create, no content type' && { headers: { 'content-type': 'application/json' } }),
        dispatcher: this.#dispatcher,
      });
      const text = await answer.body.text();
      const type = String(answer.headers['content-type']);
      const json = type.startsWith('application/json') ? z.json().parse(JSON.parse(text)) : text;
      this.#learn(recorded.body, json);
      if (method === 'DELETE' && answer.statusCode === 204) this.#forget(path);
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
      const status = answer.statusCode;
      const given = z.record(z.string(), z.string()).parse(Object.fromEntries(headers));
      return {
        here: this.#comparable({ about, request: recorded.request, status, headers: given, body: json }),
        raw: { ...asked, status, contentType: given['content-type'], body: json },
      };
    } catch (error) {
      const code = z.object({ code: z.string() }).safeParse(error);
      if (!code.success) throw error;
      const none = { status: 0, headers: {}, body: '', error: code.data.code };
      return {
        here: this.#comparable({ ...recorded, ...none }),
        raw: { ...asked, status: 0, contentType: undefined, body: '' },
      };
    }
  }

  recorded(recorded: Recorded): Comparable {
    return this.#comparable(recorded);
  }

  readonly #deleted = new Set<string>();

  #forget(path: string): void {
    const [, id] = IDENTITY.exec(path) ?? [];
    if (id !== undefined) this.#deleted.add(id);
  }

  /** The path with the sandbox's ids. Page tokens are placed so that as many identities come after them. */
  #here(path: string): string {
    const many = path.replace(/\{(\d+)-ids\}/, (_all, count) =>
      Array.from({ length: Number(count) }, (_, n) => `ids=00000000-0000-4000-8000-${1e11 + n}`).join('&'),
    );
    const living = [...this.#ids].filter(([recorded]) => !this.#deleted.has(recorded));
    return many
      .replace(/page_token=([0-9a-f-]{36})/, (_all, token: string) => {
        const after = living.filter(([recorded]) => recorded > token).length;
        const here = living.map(([, id]) => id).sort();
        return `page_token=${here[here.length - after - 1] ?? '00000000-0000-4000-8000-000000000005'}`;
      })
      .replace(UUID, (id) => {
        const here = this.#ids.get(id.toLowerCase()) ?? id;
        return id === id.toLowerCase() ? here : here.toUpperCase();
      });
  }

  #learn(recorded: Json | undefined, here: Json): void {
    const id = z.object({ id: z.string(), traits: z.unknown() });
    const [a, b] = [id.safeParse(recorded), id.safeParse(here)];
    if (a.success && b.success) this.#ids.set(a.data.id, b.data.id);
    const batch = z.object({ identities: z.array(z.object({ identity: z.string().optional() })) });
    const [c, d] = [batch.safeParse(recorded), batch.safeParse(here)];
    if (!c.success || !d.success) return;
    for (const [index, { identity }] of c.data.identities.entries()) {
      const own = d.data.identities[index]?.identity;
      if (identity !== undefined && own !== undefined) this.#ids.set(identity, own);
    }
  }

  #comparable({ about, request: asked, status, headers, body, error }: Recorded): Comparable {
    const { url } = this.#sandbox;
    const neutral = (text: string): string =>
      text
        .replaceAll('http://127.0.0.1:4433', 'PUBLIC')
        .replaceAll('http://127.0.0.1:4434', 'ADMIN')
        .replaceAll(`${url}/public`, 'PUBLIC')
        .replaceAll(url, 'ADMIN')
        .replaceAll('https://sandbox.projects.oryapis.com', 'PUBLIC')
        .replaceAll(UUID, (id) => (/^0+-/.test(id) ? id : 'UUID'))
        .replaceAll(/(?!0001)\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'TIME');
    const shown = Object.entries(headers)
      .filter(([name]) => !isTransport(name, status))
      .map(([name, value]): [string, string] => [name, neutral(value)]);
    return {
      about,
      status,
      headers: Object.fromEntries(shown.sort()),
      body: body === undefined ? undefined : listed(JSON.parse(neutral(JSON.stringify(body))), asked),
      ...(error !== undefined && { error: error.replace(/^.*(OVERFLOW)$/, '$1') }),
    };
  }
}

/** The length of an identity depends on its times. Errors have none, so theirs must be equal. */
function isTransport(name: string, status: number): boolean {
  if (name === 'content-length') return status < 400;
  return ['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name);
}

function bodyOf({ about, requestBody }: Recorded): string | undefined {
  if (about === 'batch of 1,001')
    return JSON.stringify({ identities: Array.from({ length: 1_001 }, () => ({ create: { traits: {} } })) });
  if (requestBody === undefined || requestBody === null) return undefined;
  return typeof requestBody === 'string' ? requestBody : JSON.stringify(requestBody);
}

/** Ids are random, so whole lists have any order, and parts of lists any identities. */
function listed(body: unknown, asked: string): unknown {
  if (!Array.isArray(body)) return body;
  if (/(page_size|per_page)=[12]\b/.test(asked)) return body.length;
  return body
    .map((item) => JSON.stringify(item))
    .sort()
    .map((item): unknown => JSON.parse(item));
}
