import { createHash } from 'node:crypto';
import type { World } from '../../model/world.ts';
import type { TokenCache, TokenRow } from '../../model/token-cache.ts';
import type { ZohoHosts } from '../data-center.ts';
import type { ZohoCredentials } from './refresh-token.ts';
import type { TokenSeal } from './seal-token.ts';
import { createTokenSeal } from './seal-token.ts';
import { EMPTY_ROW } from './token-row.ts';

/**
 * The key of a connection's row in the token cache. The client secret is not part of it, because it may be
 * rotated.
 */
export function tokenKey(hosts: ZohoHosts, credentials: Omit<ZohoCredentials, 'clientSecret'>): string {
  const parts = [new URL(hosts.accountsUrl).host, credentials.clientId, credentials.refreshToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * Forgets the token of a connection, and that the connection was dead. The count of attempts stays, because
 * Zoho's count goes on too.
 */
export async function forgetToken(cache: TokenCache, key: string): Promise<void> {
  await cache.update(key, (row) =>
    row === undefined ? undefined : { ...row, sealed: null, expiresAt: 0, accepted: false, dead: null },
  );
}

/** One connection's row in the store, which all processes share. */
export class SharedTokenRow {
  readonly #cache: TokenCache;
  readonly #key: string;
  readonly #seal: TokenSeal;

  constructor(
    cache: TokenCache,
    hosts: ZohoHosts,
    credentials: ZohoCredentials,
    world: Pick<World, 'bytes'>,
  ) {
    this.#cache = cache;
    this.#key = tokenKey(hosts, credentials);
    this.#seal = createTokenSeal(credentials.clientSecret, this.#key, world);
  }

  /** One step on the row. `decide` may run again if the store was busy, so it must have no effects. */
  async step<Result extends {}>(
    decide: (row: TokenRow, now: number) => { readonly result: Result; readonly row?: TokenRow },
  ): Promise<Result> {
    const results: Result[] = [];
    await this.#cache.update(this.#key, (row, now) => {
      const decided = decide(row ?? EMPTY_ROW, now);
      results[0] = decided.result;
      return decided.row;
    });
    const [result] = results;
    if (result === undefined) throw new Error('The token cache did not run the change.');
    return result;
  }

  /** Notes that Zoho accepted this token, if the row still has it. */
  async accept(token: string): Promise<void> {
    await this.#cache.update(this.#key, (row) =>
      row !== undefined && this.tokenIn(row) === token ? { ...row, accepted: true } : undefined,
    );
  }

  /** Whether a process is fetching a token now. */
  async isRefreshing(): Promise<boolean> {
    return Boolean((await this.#cache.read(this.#key))?.refreshing);
  }

  /** The token in a row. Undefined if there is none that this client can open. */
  tokenIn(row: TokenRow): string | undefined {
    return row.sealed === null ? undefined : this.#seal.open(row.sealed);
  }

  /** The token in the form in which the row stores it. */
  seal(token: string): string {
    return this.#seal.seal(token);
  }
}
