import type { ServeConfig } from '../../config/serve-config.ts';
import { compileMapping } from '../../mapping/compile.ts';
import { loadMapping } from '../../mapping/mapping-file.ts';
import type { Mapping } from '../../mapping/mapping-schema.ts';
import { ok, thrown } from './finding.ts';
import type { Finding } from './finding.ts';

export interface CheckedMapping {
  readonly finding: Finding;
  /** Undefined: it is wrong. */
  readonly mapping: Mapping | undefined;
}

/** The mapping file: whether it can be read and compiles. What Zoho says of its fields comes later. */
export async function checkMapping(config: ServeConfig): Promise<CheckedMapping> {
  try {
    const mapping = await loadMapping(config.mappingFile);
    compileMapping(mapping, config.oryIdField === null ? {} : { oryIdField: config.oryIdField });
    const count = Object.keys(mapping.fields).length;
    const detail = `${config.mappingFile ?? 'built in'}: ${count} fields of ${mapping.module}`;
    return { finding: ok('mapping', detail), mapping };
  } catch (error) {
    return { finding: thrown('mapping', error), mapping: undefined };
  }
}
