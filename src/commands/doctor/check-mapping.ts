import type { ServeConfig } from '../../config/serve-config.ts';
import { compileMapping } from '../../mapping/compile.ts';
import { loadMapping } from '../../mapping/file/mapping-file.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import { countOlderMapping } from '../../store/older-mapping.ts';
import type { Store } from '../../store/open.ts';
import { OLDER_MAPPING_STEP, olderMappingText } from '../parts/older-mapping-text.ts';
import { ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

export interface CheckedMapping {
  readonly finding: Finding;
  /** Undefined: it is wrong. */
  readonly mapping: Mapping | undefined;
  /** Undefined: it is wrong. */
  readonly hash: string | undefined;
}

/** Checks that the mapping file can be read and compiled. Its fields are compared with Zoho later. */
export async function checkMappingFile(config: ServeConfig): Promise<CheckedMapping> {
  try {
    const mapping = await loadMapping(config.mappingFile);
    const { hash } = compileMapping(
      mapping,
      config.oryIdField === null ? {} : { oryIdField: config.oryIdField },
    );
    const count = Object.keys(mapping.fields).length;
    const detail = `${config.mappingFile ?? 'built in'}: ${count} fields of ${mapping.module}`;
    return { finding: ok('mapping', detail), mapping, hash };
  } catch (error) {
    return { finding: thrown('mapping', error), mapping: undefined, hash: undefined };
  }
}

/** Whether contacts were made, or identities left out, by older mappings (rule 25). */
export async function checkOlderMapping(store: Store, hash: string | undefined): Promise<Finding[]> {
  if (hash === undefined) return [];
  try {
    const text = olderMappingText(await countOlderMapping(store, hash));
    return text === undefined ? [] : [warn('mapping', text, OLDER_MAPPING_STEP.replaceAll('`', '"'))];
  } catch (error) {
    return [thrown('mapping', error)];
  }
}
