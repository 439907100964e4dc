import type { World } from '../../model/world.ts';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** One request with its whole body, as every route of the sandbox takes it. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The texts of a multipart form. Undefined for any other body. */
  readonly form?: URLSearchParams | undefined;
}

/**
 * An answer before it is sent. `body` is sent unchanged, `json` as JSON. With neither, the body is empty
 * (204).
 */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly json?: unknown;
  readonly body?: string;
}

/** Reads a request to its end. */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const bytes = Buffer.concat(chunks);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: bytes.toString('utf8'),
    form: await multipartForm(bytes, incoming.headers['content-type'] ?? ''),
  };
}

/** A multipart body that cannot be read has no texts. */
async function multipartForm(bytes: Buffer, type: string): Promise<URLSearchParams | undefined> {
  if (!type.startsWith('multipart/form-data')) return undefined;
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    const texts = new URLSearchParams();
    for (const [name, text] of form) if (typeof text === 'string') texts.append(name, text);
    return texts;
  } catch (error) {
    if (error instanceof TypeError) return new URLSearchParams();
    throw error;
  }
}

/**
 * Sends a reply. With `stallMs`, the headers and half of the body go out at once, and the rest after that
 * time.
 */
export function sendReply(
  response: ServerResponse,
  reply: Reply,
  stall?: { readonly ms: number; readonly outside: Pick<World, 'after'> },
): void {
  const body = bodyBytes(reply);
  response.writeHead(reply.status, {
    ...(body === undefined
      ? {}
      : {
          'content-type': reply.contentType ?? 'application/json;charset=UTF-8',
          'content-length': body.length,
        }),
    ...reply.headers,
  });
  if (stall === undefined || body === undefined) {
    response.end(body);
    return;
  }
  const half = Math.floor(body.length / 2);
  response.write(body.subarray(0, half));
  stall.outside.after(stall.ms, () => response.end(body.subarray(half)));
}

function bodyBytes(reply: Reply): Buffer | undefined {
  if (reply.body !== undefined) return Buffer.from(reply.body);
  return reply.json === undefined ? undefined : Buffer.from(JSON.stringify(reply.json));
}

/** The body as JSON, or undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
