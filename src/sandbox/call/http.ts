import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** One request with its whole body, as every route of the sandbox takes it. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
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
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/**
 * Sends a reply. With `stallMs`, the headers and half of the body go out at once, and the rest after that
 * time.
 */
export function sendReply(response: ServerResponse, reply: Reply, stallMs = 0): void {
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
  if (stallMs === 0 || body === undefined) {
    response.end(body);
    return;
  }
  const half = Math.floor(body.length / 2);
  response.write(body.subarray(0, half));
  setTimeout(() => response.end(body.subarray(half)), stallMs).unref();
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
