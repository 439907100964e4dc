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
  const mapping = await readMapping(config);
  const ory = config.ory === undefined ? undefined : createOryAdminClient(config.ory);
  const store = await openStore(config.databaseUrl);
  const close = async () => {
    await store.close();
    await ory?.close();
  };
  try {
    const { mappingChanged } = await bindStore(store, {
      zoho: zohoBinding(config, mapping),
      ory: config.ory?.adminUrl ?? null,
      mappingHash: mapping.hash,
    });
    return { store, mapping, ory, mappingChanged, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws ConfigurationError for a wrong mapping */
export async function readMapping({ mappingFile, oryIdField }: DeliveryConfig): Promise<CompiledMapping> {
  return compileMapping(await loadMapping(mappingFile), oryIdField === null ? {} : { oryIdField });
}

/** What a store is bound to: its links mean nothing under another connection or module. */
export function zohoBinding({ zoho }: DeliveryConfig, { module }: CompiledMapping): string {
  return `${new URL(hostsOf(zoho).accountsUrl).host} ${zoho.clientId} ${module}`;
}
