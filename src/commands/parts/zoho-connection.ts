import type { ZohoConfig } from '../../config/serve-config.ts';
import { ConfigurationError } from '../../errors.ts';
import { createZohoClient } from '../../zoho/client.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { DATA_CENTERS, resolveHosts } from '../../zoho/data-center.ts';
import type { ZohoHosts } from '../../zoho/data-center.ts';
import type { TokenCache } from '../../model/token-cache.ts';
import type { World } from '../../model/world.ts';
import type { ZohoLog } from '../../zoho/zoho-log.ts';

/**
 * The hosts that the configuration names.
 * @throws ConfigurationError for hosts that do not belong together or to Zoho
 */
export function hostsOf(config: ZohoConfig): ZohoHosts {
  const dataCenter = DATA_CENTERS.find((name) => name === config.dataCenter);
  if (config.dataCenter !== undefined && dataCenter === undefined) {
    const message = `ZOHO_DATA_CENTER is not a data center: "${config.dataCenter}".`;
    throw new ConfigurationError('data_center', message, { hint: `Use one of: ${DATA_CENTERS.join(' ')}.` });
  }
  return resolveHosts({
    ...(dataCenter !== undefined && { dataCenter }),
    ...(config.apiBaseUrl !== undefined && { apiBaseUrl: config.apiBaseUrl }),
    ...(config.accountsUrl !== undefined && { accountsUrl: config.accountsUrl }),
  });
}

export function connectZoho(
  config: ZohoConfig,
  tokenCache: TokenCache,
  outside: { readonly world?: World; readonly log?: ZohoLog } = {},
): ZohoClient {
  const { clientId, clientSecret, refreshToken } = config;
  return createZohoClient({
    hosts: hostsOf(config),
    clientId,
    clientSecret,
    refreshToken,
    tokenCache,
    ...outside,
  });
}
