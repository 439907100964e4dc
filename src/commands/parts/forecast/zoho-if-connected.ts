import { join } from 'node:path';
import { ourFolder } from '../../../config/home-folder.ts';
import type { DeliveryConfig, ZohoConfig } from '../../../config/serve-config.ts';
import { readBoundZoho } from '../../../store/binding.ts';
import { openStore } from '../../../store/open.ts';
import type { Store } from '../../../store/open.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import { tokenCache } from '../../../store/token.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import { memoryTokenCache } from '../memory-token-cache.ts';
import { zohoBinding } from '../open-parts.ts';
import { connectZoho } from '../zoho-connection.ts';

/**
 * A client with the access token that all processes share. Before there is a store, the cache folder keeps
 * the token in a small store, because Zoho gives only ten tokens in ten minutes and a new mapping is tried
 * more often than that. Without a home folder each run gets its own token.
 */
export async function openZoho(config: ZohoConfig, store: Store | undefined): Promise<ZohoClient> {
  if (store !== undefined) return connectZoho(config, tokenCache(store));
  const folder = ourFolder('cache');
  if (folder === undefined) return connectZoho(config, memoryTokenCache());
  const tokens = await openStore(`sqlite:${join(folder, 'token.db')}`);
  const zoho = connectZoho(config, tokenCache(tokens));
  const close = async () => {
    await zoho.close();
    await tokens.close();
  };
  return { ...zoho, close };
}

/**
 * Whether the links of a store belong to another Zoho connection or module, so that they mean nothing here.
 */
export async function isOfAnother(
  store: Store,
  config: DeliveryConfig,
  mapping: CompiledMapping,
): Promise<boolean> {
  const bound = await readBoundZoho(store);
  return bound !== null && bound !== zohoBinding(config, mapping);
}
