import type { TokenCache } from '../../model/token-cache.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { TokenFetcherOptions } from './fetch-token.ts';
import { TokenFetcher } from './fetch-token.ts';
import { SharedTokenRow } from './shared-token-row.ts';
import { CUT, wrongHost } from './token-failure.ts';
import { withoutToken } from './token-row.ts';

export interface AccessTokenOptions extends TokenFetcherOptions {
  readonly cache: TokenCache;
}

export type TokenResult = { readonly kind: 'token'; readonly token: string } | CallFailure;

/**
 * The access token of one connection, shared with the other processes on the store. Throws the store's
 * errors.
 */
export class AccessTokens {
  readonly #options: AccessTokenOptions;
  readonly #row: SharedTokenRow;
  readonly #fetcher: TokenFetcher;
  /** The last used token. When it has expired, the row in the store decides. */
  #held: { readonly token: string; readonly expiresAt: number; readonly accepted: boolean } | undefined;
  #fetching: Promise<TokenResult> | undefined;

  constructor(options: AccessTokenOptions) {
    this.#options = options;
    this.#row = new SharedTokenRow(options.cache, options.hosts, options.credentials, options.world);
    this.#fetcher = new TokenFetcher(options, this.#row);
  }

  /** The last used token, even if it has expired since. */
  get latest(): { readonly token: string; readonly expiresAt: number } | undefined {
    return this.#held;
  }

  /** How often this process asked for a token, and with what result. */
  get asked(): { readonly granted: number; readonly failed: number } {
    return this.#fetcher.asked;
  }

  /** A token for the next call. If there is none, only one process fetches it, and only once at a time. */
  async accessToken(signal?: AbortSignal): Promise<TokenResult> {
    if (this.#held !== undefined && this.#held.expiresAt > this.#options.world.now()) {
      return { kind: 'token', token: this.#held.token };
    }
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return untilAborted(this.#fetching, signal);
  }

  /**
   * A call got 401 with this token. Undefined if the caller should ask for a token again, because there will
   * be another one.
   */
  async rejected(token: string): Promise<CallFailure | undefined> {
    const held = this.#held?.token === token ? this.#held : undefined;
    if (held !== undefined) this.#held = { ...held, expiresAt: 0 };
    const verdict = await this.#row.step((row, now) => {
      if (this.#row.tokenIn(row) !== token) return { result: 'another' };
      const without = withoutToken(row, held?.accepted === true, now);
      return without === undefined ? { result: 'never_accepted' } : { result: 'another', row: without };
    });
    return verdict === 'another' ? undefined : wrongHost(this.#options.hosts);
  }

  /**
   * Zoho accepted this token for a call. So a later 401 means that it expired or was revoked. This is written
   * to the store once.
   */
  async accepted(token: string): Promise<void> {
    if (this.#held?.token !== token || this.#held.accepted) return;
    this.#held = { ...this.#held, accepted: true };
    await this.#row.accept(token);
  }

  async #fetch(): Promise<TokenResult> {
    const fetched = await this.#fetcher.fetch();
    if (fetched.kind !== 'use') return fetched;
    this.#held = fetched;
    return { kind: 'token', token: fetched.token };
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
