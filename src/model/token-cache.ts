/**
 * The shared token cache, as the Zoho client sees it. The store implements it. All times are in ms since
 * 1970, UTC.
 */
export interface TokenRow {
  /** The access token, encrypted. Null before the first one. */
  readonly sealed: string | null;
  readonly expiresAt: number;
  /**
   * A call was accepted with this token. So a later 401 means that it expired or was revoked, not that the
   * host is wrong.
   */
  readonly accepted: boolean;
  /** When access tokens were requested in the last 10 minutes. Zoho gives 10 in 10 minutes. */
  readonly attempts: readonly number[];
  /** Zoho throttles token requests until then. 0 if it does not. */
  readonly blockedUntil: number;
  /** Why the connection is dead (`invalid_code`, …). Null if it is not. */
  readonly dead: string | null;
  /** When Zoho last said so. Older versions leave it out. */
  readonly deadAt?: number;
  /** Which process is refreshing the token, and how long it may take. Null if none is. */
  readonly refreshing: { readonly by: string; readonly until: number } | null;
}

export interface TokenCache {
  /** The row of a connection. The key is the hash of accounts host, client id and refresh token. */
  read(key: string): Promise<TokenRow | undefined>;
  /**
   * Reads and replaces the row in one transaction, so no other process can interfere. `change` gets the row
   * and the store's clock. It returns the new row, or undefined to leave it as it is. Resolves to the row
   * afterwards.
   */
  update(
    key: string,
    change: (row: TokenRow | undefined, now: number) => TokenRow | undefined,
  ): Promise<TokenRow | undefined>;
}
