import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCache, TokenRow } from '../../model/token-cache.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { ZohoHosts } from '../data-center.ts';
import { apiDomainFits } from '../data-center.ts';
import type { ZohoCredentials } from './refresh-token.ts';
import { requestAccessToken } from './refresh-token.ts';
import type { Http } from '../request.ts';
import type { TokenSeal } from './seal-token.ts';
import { createTokenSeal } from './seal-token.ts';
import type { TokenAnswer } from './token-answer.ts';
import type { NotDone } from './token-failure.ts';
import { deadConnection, tooManyTokens, wrongDataCenter, wrongHost } from './token-failure.ts';
import type { TokenStep } from './token-row.ts';
import { dead, EMPTY_ROW, nextStep, released, throttled, withoutToken, withToken } from './token-row.ts';
import type { ZohoLog } from '../zoho-log.ts';

const POLL_MS = 100;
/** After a failed attempt the next one waits 10 s, doubling to this, so that nine of them last for ten minutes. */
const LONGEST_HOLD_MS = 75_000;
const WRONG_DATA_CENTER_HOLD_MS = 600_000;
/** A refused client may be set right in Zoho's console. A refused refresh token rests for longer (`nextStep`). */
const DEAD_MS = 600_000;
const CUT: CallFailure = { kind: 'aborted', message: 'The call to Zoho was cut on our side.' };

export interface AccessTokenOptions {
  readonly hosts: ZohoHosts;
  readonly credentials: ZohoCredentials;
  readonly cache: TokenCache;
  readonly http: Http;
  /** The client is being closed: nothing waits any longer. */
  readonly closing: AbortSignal;
  /** ms since 1970, this process's clock. */
  readonly now: () => number;
  readonly log: ZohoLog;
}

export type TokenResult = { readonly kind: 'token'; readonly token: string } | CallFailure;

interface OnHold {
  readonly kind: 'on_hold';
  readonly failure: NotDone;
}

/** The row of a connection in the token cache. The client secret is not part of it: it may be rotated. */
export function tokenKey(hosts: ZohoHosts, credentials: Omit<ZohoCredentials, 'clientSecret'>): string {
  const parts = [new URL(hosts.accountsUrl).host, credentials.clientId, credentials.refreshToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Drops a connection's token and its being dead; the count of attempts stays, as Zoho goes on counting too. */
export async function forgetToken(cache: TokenCache, key: string): Promise<void> {
  await cache.update(key, (row) =>
    row === undefined ? undefined : { ...row, sealed: null, expiresAt: 0, accepted: false, dead: null },
  );
}

/** The access token of one connection, shared with the other processes on the store. Store errors are thrown. */
export class AccessTokens {
  readonly #options: AccessTokenOptions;
  readonly #key: string;
  readonly #seal: TokenSeal;
  readonly #process = randomUUID();
  /** The token last used; the store's row counts when it has run out. */
  #held: { readonly token: string; readonly expiresAt: number; readonly accepted: boolean } | undefined;
  #fetching: Promise<TokenResult> | undefined;
  /** This process was told that the client is refused, and asks again from then on. */
  #deadUntil = 0;
  /** This process was told, ever since it started, that client or refresh token is refused. */
  #wasTold = false;
  #asked = { granted: 0, failed: 0 };
  /** Attempts in a row that gave no token. */
  #failures = 0;
  /** Until then no attempt is made, and callers get the failure of the last one. */
  #hold: { readonly until: number; readonly failure: NotDone } | undefined;

  constructor(options: AccessTokenOptions) {
    this.#options = options;
    this.#key = tokenKey(options.hosts, options.credentials);
    this.#seal = createTokenSeal(options.credentials.clientSecret, this.#key);
  }

  /** The token last used, even if it has expired since. */
  get latest(): { readonly token: string; readonly expiresAt: number } | undefined {
    return this.#held;
  }

  /** How often this process asked for a token, by whether it got one. */
  get asked(): { readonly granted: number; readonly failed: number } {
    return this.#asked;
  }

  /** A token for the next call. When there is none it is fetched: by one process, and once at a time. */
  async accessToken(signal?: AbortSignal): Promise<TokenResult> {
    if (this.#held !== undefined && this.#held.expiresAt > this.#options.now()) {
      return { kind: 'token', token: this.#held.token };
    }
    this.#fetching ??= this.#obtain().finally(() => {
      this.#fetching = undefined;
    });
    return untilAborted(this.#fetching, signal);
  }

  /** A call got 401 with this token. Undefined: ask for a token again, there will be another. */
  async rejected(token: string): Promise<CallFailure | undefined> {
    const held = this.#held?.token === token ? this.#held : undefined;
    if (held !== undefined) this.#held = { ...held, expiresAt: 0 };
    const verdict = await this.#onRow((row, now) => {
      if (this.#tokenIn(row) !== token) return { result: 'another' };
      const without = withoutToken(row, held?.accepted === true, now);
      return without === undefined ? { result: 'never_accepted' } : { result: 'another', row: without };
    });
    return verdict === 'another' ? undefined : wrongHost(this.#options.hosts);
  }

  /** A call was let in with this token: a later 401 means expired or revoked. The store is told once. */
  async accepted(token: string): Promise<void> {
    if (this.#held?.token !== token || this.#held.accepted) return;
    this.#held = { ...this.#held, accepted: true };
    await this.#options.cache.update(this.#key, (row) =>
      row !== undefined && this.#tokenIn(row) === token ? { ...row, accepted: true } : undefined,
    );
  }

  async #obtain(): Promise<TokenResult> {
    while (!this.#options.closing.aborted) {
      const step = await this.#nextStep();
      switch (step.kind) {
        case 'use':
          this.#held = step;
          return { kind: 'token', token: step.token };
        case 'dead':
          return deadConnection(step.code);
        case 'throttled':
          return tooManyTokens(step.waitMs);
        case 'on_hold':
          return step.failure;
        case 'refresh':
          return this.#refresh();
        case 'wait':
          await this.#otherProcess(step.waitMs);
      }
    }
    return CUT;
  }

  #nextStep(): Promise<TokenStep | OnHold> {
    const process = {
      name: this.#process,
      sawDead: this.#deadUntil > this.#options.now(),
      wasTold: this.#wasTold,
    };
    const hold = this.#hold;
    const holdMs = hold === undefined ? 0 : hold.until - this.#options.now();
    return this.#onRow<TokenStep | OnHold>((row, now) => {
      const step = nextStep(row, this.#tokenIn(row), now, process);
      if (step.kind !== 'refresh') return { result: step };
      if (hold === undefined || holdMs <= 0) return { result: step, row: step.row };
      return { result: { kind: 'on_hold', failure: { ...hold.failure, waitMs: holdMs } } };
    });
  }

  /** Waits until the process that fetches a token gave back its lease, or has had its time. */
  async #otherProcess(waitMs: number): Promise<void> {
    const { cache, closing } = this.#options;
    const until = performance.now() + waitMs;
    do {
      await sleep(POLL_MS);
    } while (!closing.aborted && performance.now() < until && (await cache.read(this.#key))?.refreshing);
  }

  async #refresh(): Promise<TokenResult> {
    const { hosts, credentials, http, closing, log } = this.#options;
    const answer = await requestAccessToken(http, hosts, credentials, closing);
    this.#asked[answer.kind === 'token' ? 'granted' : 'failed'] += 1;
    switch (answer.kind) {
      case 'token':
        if (answer.apiDomain !== undefined && !apiDomainFits(answer.apiDomain, hosts)) {
          return this.#failed(wrongDataCenter(answer.apiDomain, hosts), WRONG_DATA_CENTER_HOLD_MS);
        }
        return this.#keep(answer);
      case 'throttled': {
        const waitMs = await this.#onRow((row, now) => {
          const next = throttled(row, now);
          return { result: next.blockedUntil - now, row: next };
        });
        return tooManyTokens(waitMs);
      }
      case 'dead':
        this.#deadUntil = this.#options.now() + DEAD_MS;
        this.#wasTold = true;
        await this.#onRow((row, now) => ({ result: true, row: dead(row, answer.code, now) }));
        log.warn({ code: answer.code }, 'Zoho refuses the connection');
        return deadConnection(answer.code);
      case 'unavailable':
        return this.#failed({ kind: 'not_done', pause: 'zoho_unavailable', message: answer.message });
      case 'network': {
        const failure: NotDone = { kind: 'not_done', pause: 'network', message: answer.message };
        if (answer.mayHaveArrived) return this.#failed(failure);
        await this.#release(false);
        return failure;
      }
      case 'aborted':
        break;
    }
    await this.#release(true);
    return CUT;
  }

  async #keep(answer: Extract<TokenAnswer, { kind: 'token' }>): Promise<TokenResult> {
    this.#failures = 0;
    this.#hold = undefined;
    const sealed = this.#seal.seal(answer.accessToken);
    const { expiresAt } = await this.#onRow((row, now) => {
      const next = withToken(row, sealed, answer.lifetimeMs, now);
      return { result: next, row: next };
    });
    this.#held = { token: answer.accessToken, expiresAt, accepted: false };
    this.#options.log.info({ expiresAt: new Date(expiresAt).toISOString() }, 'Got an access token from Zoho');
    return { kind: 'token', token: answer.accessToken };
  }

  async #failed(failure: NotDone, holdMs?: number): Promise<TokenResult> {
    this.#failures += 1;
    const waitMs = holdMs ?? Math.min(LONGEST_HOLD_MS, 5_000 * 2 ** this.#failures);
    this.#hold = { until: this.#options.now() + waitMs, failure };
    await this.#release(true);
    return { ...failure, waitMs };
  }

  async #release(counts: boolean): Promise<void> {
    await this.#onRow((row) => ({ result: true, row: released(row, this.#process, counts) }));
  }

  /** One step on the row. `decide` may run again when the store was busy, so it has no effect of its own. */
  async #onRow<Result extends {}>(
    decide: (row: TokenRow, now: number) => { readonly result: Result; readonly row?: TokenRow },
  ): Promise<Result> {
    const results: Result[] = [];
    await this.#options.cache.update(this.#key, (row, now) => {
      const decided = decide(row ?? EMPTY_ROW, now);
      results[0] = decided.result;
      return decided.row;
    });
    const [result] = results;
    if (result === undefined) throw new Error('The token cache did not run the change.');
    return result;
  }

  #tokenIn(row: TokenRow): string | undefined {
    return row.sealed === null ? undefined : this.#seal.open(row.sealed);
  }
}

async function untilAborted(
  result: Promise<TokenResult>,
  signal: AbortSignal | undefined,
): Promise<TokenResult> {
  if (signal === undefined) return result;
  const aborted = Promise.withResolvers<TokenResult>();
  const abort = () => aborted.resolve(CUT);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([aborted.promise, result]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
