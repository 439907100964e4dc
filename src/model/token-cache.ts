/** The shared token cache as the Zoho client sees it; the store implements it. All times in ms since 1970, UTC. */
export interface TokenRow {
  /** The access token, encrypted; null before the first one. */
  readonly sealed: string | null;
  readonly expiresAt: number;
  /** Some call has accepted this token: a later 401 means expired or revoked, not a wrong host. */
  readonly accepted: boolean;
  /** When access tokens were asked for, the last 10 minutes only: Zoho gives 10 in 10 minutes. */
  readonly attempts: readonly number[];
  /** Zoho throttles token requests until then; 0 = it does not. */
  readonly blockedUntil: number;
  /** Why the connection is dead (`invalid_code`, …); null = it is not. */
  readonly dead: string | null;
  /** When Zoho last said so; left out by older versions. */
  readonly deadAt?: number;
  /** Which process refreshes just now, and until when it may take; null = none. */
  readonly refreshing: { readonly by: string; readonly until: number } | null;
}

export interface TokenCache {
  /** The row of a connection, by the hash of accounts host, client id and refresh token. */
  read(key: string): Promise<TokenRow | undefined>;
  /**
   * Reads and replaces the row in one transaction; no other process comes between. `change` gets the row and the
   * store's clock, and returns the new row, or undefined to leave it. Resolves to the row as it is afterwards.
   */
  update(
    key: string,
    change: (row: TokenRow | undefined, now: number) => TokenRow | undefined,
  ): Promise<TokenRow | undefined>;
}
