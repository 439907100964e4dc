import type { World } from '../../model/world.ts';
import type { ZohoSettings } from './zoho-settings.ts';

/** Zoho's limits for tokens (Zoho CRM API, "Token validity"). */
const ACCESS_TOKENS_PER_10_MINUTES = 10;
const ACTIVE_ACCESS_TOKENS = 15;
const REFRESH_TOKENS = 20;
const TEN_MINUTES_MS = 10 * 60 * 1000;
const CODE_LIFE_MS = 3 * 60 * 1000;

export interface AccessToken {
  readonly value: string;
  readonly scopes: readonly string[];
  /** ms since 1970, UTC. */
  readonly expiresAt: number;
}

interface RefreshToken {
  readonly value: string;
  readonly scopes: () => readonly string[];
  attempts: number[];
  active: AccessToken[];
}

interface GrantCode {
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  readonly redirectUri: string | undefined;
  readonly offline: boolean;
}

/** The OAuth side of one Zoho user and one OAuth client: codes, refresh tokens and access tokens. */
export class Accounts {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly #settings: ZohoSettings;
  readonly #outside: Pick<World, 'bytes'>;
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #codes = new Map<string, GrantCode>();
  issued = 0;
  throttled = 0;

  constructor(settings: ZohoSettings, outside: Pick<World, 'bytes'>) {
    this.#settings = settings;
    this.#outside = outside;
    this.clientId = `1000.${this.#hex(15).toUpperCase()}`;
    this.clientSecret = this.#hex(21);
  }

  /**
   * Creates a refresh token with these scopes. The 21st one silently ends the oldest one and its access
   * tokens.
   */
  newRefreshToken(scopes: () => readonly string[] = () => this.#settings.scopes): string {
    const token: RefreshToken = { value: this.#newToken(), scopes, attempts: [], active: [] };
    this.#refreshTokens.set(token.value, token);
    const [oldest] = this.#refreshTokens.keys();
    if (this.#refreshTokens.size > REFRESH_TOKENS && oldest !== undefined) this.revoke(oldest);
    return token.value;
  }

  /**
   * An access token for a refresh token. The 16th active one ends the oldest. `dead`: the refresh token is
   * unknown or revoked. `throttled`: there were too many requests in 10 minutes, and further requests extend
   * the block.
   */
  refresh(refreshToken: string, now: number): AccessToken | 'dead' | 'throttled' {
    const owner = this.#refreshTokens.get(refreshToken);
    if (owner === undefined) return 'dead';
    owner.attempts = [...owner.attempts.filter((at) => at > now - TEN_MINUTES_MS), now];
    if (owner.attempts.length > ACCESS_TOKENS_PER_10_MINUTES) {
      this.throttled += 1;
      return 'throttled';
    }
    const token = this.#newAccessToken(owner.scopes(), now);
    owner.active = [...owner.active.filter(({ value }) => this.#accessTokens.has(value)), token];
    const oldest = owner.active.length > ACTIVE_ACCESS_TOKENS ? owner.active.shift() : undefined;
    if (oldest !== undefined) this.#accessTokens.delete(oldest.value);
    return token;
  }

  #newAccessToken(scopes: readonly string[], now: number): AccessToken {
    const value = this.#newToken();
    const token = { value, scopes, expiresAt: now + this.#settings.tokenLifetimeS * 1000 };
    this.#accessTokens.set(value, token);
    this.issued += 1;
    return token;
  }

  /** A one-time code of the self client's console page (without `redirectUri`) or of the consent page. */
  newCode(now: number, options: Partial<Omit<GrantCode, 'expiresAt'>> = {}): string {
    const code = this.#newToken();
    const { scopes = this.#settings.scopes, redirectUri, offline = true } = options;
    this.#codes.set(code, { scopes, redirectUri, offline, expiresAt: now + CODE_LIFE_MS });
    return code;
  }

  /** Exchanges a code for tokens. The code is used up even if this fails. */
  redeem(
    code: string,
    redirectUri: string | undefined,
    now: number,
  ):
    | { readonly access: AccessToken; readonly refreshToken: string | undefined }
    | 'invalid_code'
    | 'invalid_redirect_uri' {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant === undefined || grant.expiresAt <= now) return 'invalid_code';
    if (grant.redirectUri !== undefined && grant.redirectUri !== redirectUri) return 'invalid_redirect_uri';
    if (!grant.offline) return { access: this.#newAccessToken(grant.scopes, now), refreshToken: undefined };
    const refreshToken = this.newRefreshToken(() => grant.scopes);
    const access = this.refresh(refreshToken, now);
    return typeof access === 'string' ? 'invalid_code' : { access, refreshToken };
  }

  /** Ends a refresh token and its access tokens, or one access token. False if there was none. */
  revoke(token: string): boolean {
    const owner = this.#refreshTokens.get(token);
    if (owner === undefined) return this.#accessTokens.delete(token);
    for (const { value } of owner.active) this.#accessTokens.delete(value);
    return this.#refreshTokens.delete(token);
  }

  revokeAccessTokens(): void {
    this.#accessTokens.clear();
  }

  /** The access token of a call, if it is still valid. */
  accessToken(value: string, now: number): AccessToken | undefined {
    const token = this.#accessTokens.get(value);
    return token === undefined || token.expiresAt <= now ? undefined : token;
  }

  #newToken(): string {
    return `1000.${this.#hex(16)}.${this.#hex(16)}`;
  }

  #hex(bytes: number): string {
    return this.#outside.bytes(bytes).toString('hex');
  }
}
