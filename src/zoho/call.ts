import { messageOf } from '../errors.ts';
import type { World } from '../model/world.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import type { AccessTokens } from './token/access-token.ts';
import type { TokenRejected } from './answer/classify-call.ts';
import type { CreditsSeen, Operation } from './credits.ts';
import { creditsOf, creditsSeen } from './credits.ts';
import type { Limiter } from './limiter.ts';
import type { Http, HttpCall, HttpResponse, HttpResult } from './request.ts';
import type { ZohoLog } from './zoho-log.ts';

/** The outcome of one call, for logs and metrics. */
export interface CallObserved {
  readonly operation: Operation;
  /** Records sent, or the LIMIT of a query. */
  readonly records: number;
  /** Time from the slot to the last byte of the answer, without the wait for the slot. */
  readonly ms: number;
  /** `ok`, or the reason why it failed. */
  readonly outcome: string;
  readonly credits: number;
}

export interface Call {
  readonly operation: Operation;
  readonly method: HttpCall['method'];
  /** Relative to the API base URL, such as `Contacts/upsert`. */
  readonly path: string;
  readonly body?: object;
  /** Records sent, or the LIMIT of a query. */
  readonly records: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Done<Value> {
  readonly kind: 'ok';
  readonly value: Value;
}

type Read<Value> = (answer: HttpResponse) => Done<Value> | CallFailure | TokenRejected;

export interface CallerParts {
  readonly apiBaseUrl: string;
  readonly http: Http;
  readonly tokens: AccessTokens;
  readonly limiter: Limiter;
  readonly closing: AbortSignal;
  readonly world: World;
  readonly log: ZohoLog;
  readonly observe: (call: CallObserved) => void;
}

/** A token may expire during a call while another process renews it. A third 401 has another cause. */
const MOST_TRIES = 3;

/**
 * Every call to Zoho goes through here: it takes a slot, gets a token and sends the request. After a 401,
 * which means "not done", it tries again with another token. It keeps the slot until the answer is read.
 */
export class Caller {
  readonly #parts: CallerParts;
  #credits: CreditsSeen = { remaining: undefined, half: undefined };
  #creditsUsed = 0;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** The API version that calls go to, 2 to 8. */
  get version(): number {
    return Number(this.#parts.apiBaseUrl.at(-1));
  }

  /** The credits that Zoho reported, and those that this client used by its own count. */
  get credits(): CreditsSeen & { readonly used: number } {
    return { ...this.#credits, used: this.#creditsUsed };
  }

  /** @param read classifies the answer */
  async call<Value>(call: Call, read: Read<Value>): Promise<Done<Value> | CallFailure> {
    const { limiter, closing, observe, world } = this.#parts;
    const { operation, records } = call;
    const signal = call.signal === undefined ? closing : AbortSignal.any([closing, call.signal]);
    const big = operation === 'coql' || (['upsert', 'insert', 'update'].includes(operation) && records > 10);
    const slot = await limiter.slot(big, signal);
    if (slot === undefined) return { kind: 'aborted', message: 'The call to Zoho was cut while it waited.' };
    const startedAt = world.ticks();
    const spent = { credits: 0 };
    let outcome = 'thrown';
    try {
      const result = await this.#send(call, signal, read, spent);
      outcome = 'pause' in result ? result.pause : result.kind;
      return result;
    } finally {
      const answered = outcome === 'ok' || outcome === 'refused';
      slot.release(answered ? 'answered' : outcome === 'rate_limit' ? 'too_many' : 'failed');
      const ms = Math.round(world.ticks() - startedAt);
      observe({ operation, records, ms, outcome, credits: spent.credits });
    }
  }

  async #send<Value>(
    call: Call,
    signal: AbortSignal,
    read: Read<Value>,
    spent: { credits: number },
  ): Promise<Done<Value> | CallFailure> {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const token = await this.#parts.tokens.accessToken(signal);
      if (token.kind !== 'token') return token;
      const answer = await this.#request(call, token.token, signal);
      if (answer.kind === 'aborted') return answer;
      spent.credits += this.#spend(call, answer);
      if (answer.kind === 'network') {
        return {
          kind: answer.mayHaveArrived ? 'in_doubt' : 'not_done',
          pause: 'network',
          message: answer.message,
        };
      }
      const result = read(answer);
      if (result.kind !== 'token_rejected') {
        if (result.kind === 'ok') this.#credits = creditsSeen(this.#credits, answer.headers);
        if (showsLetIn(result)) await this.#tokenAccepted(token.token);
        return result;
      }
      const failure = await this.#parts.tokens.rejected(token.token);
      if (failure !== undefined) return failure;
    }
    return {
      kind: 'not_done',
      pause: 'zoho_unavailable',
      message: 'Zoho refused several access tokens in a row.',
    };
  }

  #request(call: Call, token: string, signal: AbortSignal): Promise<HttpResult> {
    return this.#parts.http.send({
      method: call.method,
      url: `${this.#parts.apiBaseUrl}/${call.path}`,
      headers: { authorization: `Zoho-oauthtoken ${token}`, 'content-type': 'application/json' },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal,
    });
  }

  /**
   * Zoho charges for the call, whatever happens to its records. It does not charge for a call that it turned
   * away.
   */
  #spend(call: Call, answer: Exclude<HttpResult, { kind: 'aborted' }>): number {
    const free = answer.kind === 'network' ? !answer.mayHaveArrived : [401, 429].includes(answer.status);
    const credits = free ? 0 : creditsOf(call.operation, call.records);
    this.#creditsUsed += credits;
    return credits;
  }

  async #tokenAccepted(token: string): Promise<void> {
    try {
      await this.#parts.tokens.accepted(token);
    } catch (error) {
      // The answer to the call matters more than this note.
      this.#parts.log.warn({ reason: messageOf(error) }, 'Could not note that Zoho accepts the access token');
    }
  }
}

/** Whether Zoho accepted the token. Zoho checks scopes and privileges only after the token itself. */
function showsLetIn(result: Done<unknown> | CallFailure): boolean {
  if (result.kind === 'not_done') return ['scope', 'no_permission', 'invalid_module'].includes(result.pause);
  return result.kind === 'ok' || result.kind === 'refused' || result.kind === 'wrong_length';
}
