import type { DeliveryConfig } from '../../config/serve-config.ts';
import { compileMapping } from '../../mapping/compile.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { loadMapping } from '../../mapping/file/mapping-file.ts';
import { normalAdminUrl } from '../../model/admin-url.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import { bindStore } from '../../store/binding.ts';
import { openStore } from '../../store/open.ts';
import type { OryAdminOptions } from '../../ory/admin/admin-request.ts';
import { refuseAdminUrl } from '../../ory/admin/admin-request.ts';
import type { Store } from '../../store/open.ts';
import { BoundOry } from '../../sync/ory-project/bound-ory.ts';
import { hostsOf } from './zoho-connection.ts';

/** What every delivering command needs besides Zoho. */
export interface Parts {
  readonly store: Store;
  readonly mapping: CompiledMapping;
  /** Undefined if no admin API is configured. */
  readonly ory: BoundOry | undefined;
  /** The mapping has changed since the last start (rule 18). */
  readonly mappingChanged: boolean;
  close(): Promise<void>;
}

/**
 * Reads the mapping, opens the store, and binds it to this Zoho connection and Ory project. The first read
 * shows whether a new address of Ory leads to the same project.
 * @param say told when the store is bound to another address of Ory
 * @throws ConfigurationError for a wrong mapping, a foreign host or a store of another connection; StoreError
 */
export async function openParts(config: DeliveryConfig, say: (message: string) => void): Promise<Parts> {
  const mapping = await readMapping(config);
  if (config.ory !== undefined) adminAddress(config.ory);
  return bindParts({ config, mapping, store: await openStore(config.databaseUrl) }, say);
}

/** As `openParts`, with a store that is already open. It is closed with the parts, and after an error. */
export async function bindParts(
  { config, mapping, store }: Pick<Parts, 'mapping' | 'store'> & { readonly config: DeliveryConfig },
  say: (message: string) => void,
): Promise<Parts> {
  const address = config.ory === undefined ? null : adminAddress(config.ory);
  const ory = config.ory === undefined ? undefined : boundOry(config.ory, store, say);
  const close = async () => {
    await store.close();
    await ory?.close();
  };
  try {
    const { mappingChanged } = await bindStore(store, {
      zoho: zohoBinding(config, mapping),
      ory: address,
      mappingHash: mapping.hash,
    });
    return { store, mapping, ory, mappingChanged, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Ory's admin API for the project that a store belongs to.
 * @param say told when the store is bound to a new address; undefined means that nothing is written
 * @throws ConfigurationError if the address is not an http(s) URL
 */
export function boundOry(
  options: OryAdminOptions,
  store: Store,
  say: ((message: string) => void) | undefined,
): BoundOry {
  const adminUrl = adminAddress(options);
  const rebound = (from: string) =>
    say?.(`The store is now bound to ${adminUrl}, which is the same project as ${from}.`);
  const ory = createOryAdminClient({ ...options, world: store.world });
  return new BoundOry({ store, ory, adminUrl, rebound, readOnly: say === undefined });
}

function adminAddress({ adminUrl }: OryAdminOptions): string {
  return normalAdminUrl(adminUrl) ?? refuseAdminUrl();
}

/** @throws ConfigurationError for a wrong mapping */
export async function readMapping({ mappingFile, oryIdField }: DeliveryConfig): Promise<CompiledMapping> {
  return compileMapping(await loadMapping(mappingFile), oryIdField === null ? {} : { oryIdField });
}

/** The Zoho connection and module that a store is bound to. Its links mean nothing under another one. */
export function zohoBinding(
  { zoho }: Pick<DeliveryConfig, 'zoho'>,
  { module }: { readonly module: string },
): string {
  return `${new URL(hostsOf(zoho).accountsUrl).host} ${zoho.clientId} ${module}`;
}
