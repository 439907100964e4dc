import { STATUS_CODES } from 'node:http';
import type { Reply } from '../call/http.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request was malformed or contained invalid parameters',
  401: 'The request could not be authorized',
  404: 'Unable to locate the resource',
  409: 'The resource could not be created due to a conflict',
  429: 'Too many requests',
};

/** An error in the form of Ory's services (ory/herodot). */
export function oryError(code: number, reason?: string): Reply {
  const message = MESSAGES[code] ?? 'An internal server error occurred';
  const why = reason === undefined ? {} : { reason };
  return { status: code, json: { error: { code, status: STATUS_CODES[code] ?? '', ...why, message } } };
}
