import { NODE_WORLD } from '../../node-world.ts';
import type { ServeConfig } from '../../config/serve-config.ts';
import type { TokenCache } from '../../model/token-cache.ts';
import { AccessTokens } from '../../zoho/token/access-token.ts';
import { forgetToken, tokenKey } from '../../zoho/token/shared-token-row.ts';
import { Caller } from '../../zoho/call.ts';
import type { ZohoHosts } from '../../zoho/data-center.ts';
import { Limiter } from '../../zoho/limiter.ts';
import { openHttp } from '../../zoho/request.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import { listenTo } from './listen-to-answers.ts';
import type { Heard } from './listen-to-answers.ts';

/** All processes share nine access tokens in ten minutes. Doctor takes one only while few are used. */
const FEW_ATTEMPTS = 3;
const WINDOW_MS = 10 * 60_000;

/** The parts of the Zoho client, one by one, because doctor checks each of them. */
export interface ZohoAccess {
  readonly tokens: AccessTokens;
  readonly caller: Caller;
  /** Additional information from the answers so far. */
  readonly heard: Heard;
  /**
   * Drops the shared access token, so that the next call proves that refreshing works. Does nothing if many
   * tokens were used.
   */
  readonly refreshIfCheap: () => Promise<void>;
  close(): Promise<void>;
}

export function openZohoAccess(config: ServeConfig, hosts: ZohoHosts, cache: TokenCache): ZohoAccess {
  const http = openHttp();
  const { http: listening, heard } = listenTo(http);
  const closing = new AbortController();
  const credentials = config.zoho;
  const parts = { http: listening, closing: closing.signal, log: SILENT };
  const tokens = new AccessTokens({ hosts, credentials, cache, world: NODE_WORLD, ...parts });
  const caller = new Caller({
    apiBaseUrl: hosts.apiBaseUrl,
    tokens,
    world: NODE_WORLD,
    limiter: new Limiter(Date.now),
    observe() {},
    ...parts,
  });
  const key = tokenKey(hosts, credentials);
  return {
    tokens,
    caller,
    heard,
    async refreshIfCheap() {
      const row = await cache.read(key);
      const recent = (row?.attempts ?? []).filter((at) => at > Date.now() - WINDOW_MS);
      if (row !== undefined && row.dead === null && recent.length < FEW_ATTEMPTS)
        await forgetToken(cache, key);
    },
    async close() {
      closing.abort();
      // A token request that is still running must end before the store is closed.
      await Promise.allSettled([tokens.accessToken()]);
      await http.close();
    },
  };
}
