import type { DeliveryConfig } from '../config/serve-config.ts';
import { compileMapping } from '../mapping/compile.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { loadMapping } from '../mapping/mapping-file.ts';
import { createOryAdminClient } from '../ory/admin-client.ts';
import type { OryAdminClient } from '../ory/admin-client.ts';
import { bindStore } from '../store/binding.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { hostsOf } from './zoho-connection.ts';

/** What every command that delivers works with, beside Zoho. */
export interface Parts {
  readonly store: Store;
  readonly mapping: CompiledMapping;
  /** Undefined: no admin API is configured. */
  readonly ory: OryAdminClient | undefined;
  /** The mapping is another one than at the last start (rule 18). */
  readonly mappingChanged: boolean;
  close(): Promise<void>;
}

/**
 * Reads the mapping, opens the store, and binds it to this Zoho connection and Ory project.
 * @throws ConfigurationError for a wrong mapping, a foreign host or a store of another connection; StoreError
 */
export async function openParts(config: DeliveryConfig): Promise<Parts> {
  const mapping = compileMapping(await loadMapping(config.mappingFile), {
    ...(config.oryIdField !== null && { oryIdField: config.oryIdField }),
  });
  const ory = config.ory === undefined ? undefined : createOryAdminClient(config.ory);
  const store = await openStore(config.databaseUrl);
  const close = async () => {
    await store.close();
    await ory?.close();
  };
  try {
    const { accountsUrl } = hostsOf(config.zoho);
    const { mappingChanged } = await bindStore(store, {
      zoho: `${new URL(accountsUrl).host} ${config.zoho.clientId} ${mapping.module}`,
      ory: config.ory?.adminUrl ?? null,
      mappingHash: mapping.hash,
    });
    return { store, mapping, ory, mappingChanged, close };
  } catch (error) {
    await close();
    throw error;
  }
}
