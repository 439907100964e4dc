import { STATUS_CODES } from 'node:http';
import type { Reply } from '../call/http.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request was malformed or contained invalid parameters',
  401: 'The request could not be authorized',
  404: 'Unable to locate the resource',
  409: 'The resource could not be created due to a conflict',
  429: 'Too many requests',
};

export interface OryErrorOptions {
  readonly reason?: string | undefined;
  /** Instead of the usual message of the status. */
  readonly message?: string;
  /** Instead of the status, where Kratos writes another one into the body. */
  readonly code?: number;
}

/** An error in the form of Ory's services (ory/herodot). */
export function oryError(status: number, reason?: string): Reply {
  return oryErrorWith(status, { reason });
}

export function oryErrorWith(status: number, options: OryErrorOptions): Reply {
  return { status, json: { error: oryErrorBody(status, options) } };
}

/** What is under `error`, also of one item of a batch. */
export function oryErrorBody(
  status: number,
  {
    reason,
    message = MESSAGES[status] ?? 'An internal server error occurred',
    code = status,
  }: OryErrorOptions,
) {
  const why = reason === undefined ? {} : { reason };
  return { code, status: STATUS_CODES[code] ?? '', ...why, message };
}

/** What Go's own router says: no path or no method. */
export function plainError(status: 404 | 405, text: string, allow?: readonly string[]): Reply {
  return {
    status,
    contentType: 'text/plain; charset=utf-8',
    headers: {
      'x-content-type-options': 'nosniff',
      ...(allow === undefined ? {} : { allow: [...allow, 'HEAD'].sort().join(', ') }),
    },
    body: `${text}\n`,
  };
}
