import { z } from 'zod';
import type { CallFailure, Refusal } from '../../model/zoho-answer.ts';
import type { ZohoError } from './error-body.ts';
import { readError } from './error-body.ts';
import { PAUSE_CODES, TOKEN_CODES, TOO_MANY_CODES } from './error-codes.ts';

/** The parts of an HTTP response that decide what it means. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [lowerCaseName: string]: string | undefined };
  /** Parsed JSON. Undefined if there is none. */
  readonly body: unknown;
}

/** Zoho answered 401 to this token. Nothing was done, and another token may work. */
export interface TokenRejected {
  readonly kind: 'token_rejected';
  readonly message: string;
}

/**
 * With one of these, a server refuses the size or form of a request, even if the body is not JSON. Any other
 * status may come from a proxy.
 */
const REFUSING_STATUS: ReadonlySet<number> = new Set([400, 413, 414, 422, 431]);

/**
 * Classifies the answer to a read. Undefined if it holds a list under `key`, or is 204, which means an empty
 * list.
 */
export function classifyRead(
  answer: Answer,
  key: 'data' | 'fields',
): CallFailure | TokenRejected | undefined {
  const found = answer.status === 204 || (answer.status === 200 && listOf(answer.body, key) !== undefined);
  return found ? undefined : classifyCall(answer);
}

/** Classifies an answer to the whole call, which has no item for each record. */
export function classifyCall(answer: Answer): CallFailure | TokenRejected {
  const { status } = answer;
  const error = readError(answer.body) ?? readError(listOf(answer.body, 'data')?.[0]);
  const code = error?.code ?? '';
  const message = `Zoho answered ${[`HTTP ${status}`, code, error?.message].filter(Boolean).join(', ')}.`;
  const wait = waitOf(answer, error);

  const pause = PAUSE_CODES.get(code);
  if (TOKEN_CODES.has(code)) return { kind: 'token_rejected', message };
  if (pause !== undefined) return { kind: 'not_done', pause, message };
  if (status === 429 || TOO_MANY_CODES.has(code)) {
    const credits = /24 hours|per day|credit/i.test(error?.message ?? '');
    return { kind: 'not_done', pause: credits ? 'credits' : 'rate_limit', message, ...wait };
  }
  if (status === 401) return { kind: 'token_rejected', message };
  if (status >= 500 || code === 'INTERNAL_ERROR') {
    return { kind: 'in_doubt', pause: 'zoho_unavailable', message, ...wait };
  }
  if (error !== undefined) return refused(status, error);
  if (REFUSING_STATUS.has(status)) {
    return { kind: 'refused', code: `HTTP_${status}`, message, status, pausesAs: 'request_refused' };
  }
  return unreadable(status);
}

/**
 * Zoho refuses a call and names no record. It has no code of its own for a module that the API does not
 * offer.
 */
export function refused(
  status: number,
  { code, message, raw }: Pick<ZohoError, 'code' | 'message' | 'raw'>,
): Refusal {
  const noModule = /module is not supported/i.test(message);
  return {
    kind: 'refused',
    code,
    message: `Zoho answered HTTP ${status}, ${[code, message].filter(Boolean).join(', ')}. ${raw}`,
    status,
    pausesAs: PAUSE_CODES.get(code) ?? (noModule ? 'invalid_module' : 'request_refused'),
  };
}

/** An answer that cannot be read counts as a cut connection. */
export function unreadable(status: number): CallFailure {
  const message = `Zoho answered HTTP ${status} with a body that is not Zoho's.`;
  return { kind: 'in_doubt', pause: 'zoho_unavailable', message };
}

/**
 * How long Zoho asks us to wait. Zoho documents no Retry-After; one sample has the seconds in the details.
 */
function waitOf(answer: Answer, error: ZohoError | undefined): { waitMs?: number } {
  const header = answer.headers['retry-after']?.trim() ?? '';
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : error?.details.retry_after;
  return seconds === undefined || seconds < 0 ? {} : { waitMs: seconds * 1000 };
}

/** The list under this key of a body. Undefined if there is none. */
export function listOf(body: unknown, key: string): readonly unknown[] | undefined {
  const parsed = z.object({ [key]: z.array(z.unknown()) }).safeParse(body);
  return parsed.success ? parsed.data[key] : undefined;
}
