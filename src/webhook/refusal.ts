import type { NextFunction, Request, Response } from 'express';
import { StoreError, messageOf } from '../errors.ts';

/**
 * An answer that refuses the request. It has a status, a code for programs and a sentence for people, but
 * never a stack trace.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: { readonly [name: string]: string };

  constructor(
    status: number,
    code: string,
    message: string,
    headers: { readonly [name: string]: string } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * Ory follows Retry-After, so its three tries take a minute instead of 3 s (Ory Kratos, web hook retries).
 */
const RETRY_BUSY_S = '5';
const RETRY_BROKEN_S = '30';

/** Called for each answer of 500 and above, with the cause for the log. */
export type FailureLog = (failure: FailedAnswer, message: string) => void;

interface FailedAnswer {
  readonly status: number;
  readonly code: string;
  readonly path: string;
  /** Where the error came from, if it was unexpected. */
  readonly stack?: string | undefined;
}

/** The last handler of the app. It turns any thrown error into an answer. */
export function answerRefusal(log: FailureLog) {
  // Express recognizes an error handler by its four parameters.
  return (error: unknown, { path }: Request, response: Response, _next: NextFunction): void => {
    const refusal = asRefusal(error);
    const { status, code } = refusal;
    const stack = status === 500 && error instanceof Error ? error.stack : undefined;
    if (status >= 500) log({ status, code, path, ...(stack !== undefined && { stack }) }, messageOf(error));
    // The rest of the request need not be read.
    if (refusal.status === 401 || refusal.status === 413) response.set('connection', 'close');
    response
      .status(refusal.status)
      .set(refusal.headers)
      .json({ error: { code: refusal.code, message: refusal.message } });
  };
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) {
    const after = error.kind === 'busy' ? RETRY_BUSY_S : RETRY_BROKEN_S;
    return new Refusal(503, error.code, 'Not stored. Please send it again.', { 'retry-after': after });
  }
  switch (bodyErrorType(error)) {
    case 'entity.too.large':
      return new Refusal(413, 'too_large', 'The body is larger than 1 MiB.');
    case 'entity.parse.failed':
      return new Refusal(400, 'invalid_json', 'The body is not JSON.');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal(
        415,
        'unsupported_encoding',
        'The body must be UTF-8 JSON, plain, gzip, deflate, br or zstd.',
      );
    case 'request.aborted':
    case 'request.size.invalid':
      return new Refusal(400, 'incomplete_body', 'The body ended too early.');
    case 'unreadable':
      return new Refusal(400, 'invalid_encoding', 'The body does not match its Content-Encoding.');
    default:
      return new Refusal(500, 'internal', 'Something went wrong. The log has the cause.');
  }
}

/**
 * `type` of the errors that express.json throws (body-parser, "Errors"). Errors of the streams that unpack a
 * body have only a status.
 */
function bodyErrorType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return 'status' in error && error.status === 400 ? 'unreadable' : undefined;
}
