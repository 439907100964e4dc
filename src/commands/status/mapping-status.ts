import type { ServeConfig } from '../../config/serve-config.ts';
import { ConfigurationError } from '../../errors.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { countOlderMapping } from '../../store/older-mapping.ts';
import type { Store } from '../../store/open.ts';
import type { ProcessRow } from '../../store/live-processes.ts';
import { readMapping } from '../parts/open-parts.ts';

/** What the configured mapping has not been applied to yet. */
export interface MappingStatus {
  /** Contacts that were made by an older mapping. `backfill` updates them. */
  readonly older_contacts: number;
  /** Identities without a contact that an older mapping left out. `backfill` decides again. */
  readonly older_skipped: number;
  /**
   * False if a serve was started with another mapping or ORY_ID_FIELD, and still uses it. Null if no serve
   * runs.
   */
  readonly serve_is_current: boolean | null;
}

/** @returns null if the mapping cannot be read */
export async function mappingStatus(
  store: Store,
  config: ServeConfig,
  processes: readonly ProcessRow[],
): Promise<MappingStatus | null> {
  const mapping = await readable(config);
  if (mapping === undefined) return null;
  const { contacts, skipped } = await countOlderMapping(store, mapping.hash);
  const serves = processes.filter(({ kind }) => kind === 'serve');
  const current = serves.every(({ mappingHash }) => mappingHash === mapping.hashWithId);
  return {
    older_contacts: contacts,
    older_skipped: skipped,
    serve_is_current: serves.length === 0 ? null : current,
  };
}

async function readable(config: ServeConfig): Promise<CompiledMapping | undefined> {
  try {
    return await readMapping(config);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
