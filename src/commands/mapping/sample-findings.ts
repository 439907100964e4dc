import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import type { FieldList } from '../../model/contact.ts';
import { ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { madeUpNames, madeUpWords } from '../parts/made-up-names.ts';
import { readSample } from '../parts/identity-sample.ts';
import { excludedFinding, missingValueFindings } from './when-findings.ts';

/** Time limit for Ory, in ms. */
const ORY_MS = 15_000;

/** Tries the mapping on real identities, if there are any and an admin API, and on missing values. */
export async function sampleFindings(
  ory: DeliveryConfig['ory'],
  mapping: Mapping,
  compiled: CompiledMapping,
  fields: FieldList,
): Promise<Finding[]> {
  const sample = await readSample(ory, ORY_MS);
  const identities = sample.kind === 'sample' ? sample.identities : [];
  const missing = await missingValueFindings(mapping, identities);
  if (sample.kind === 'failed') {
    const detail = `not tried on identities of the project: ${sample.message}`;
    return [...missing, warn('mapping', detail, 'Check ORY_ADMIN_URL and its key with: ory-zoho doctor')];
  }
  if (identities.length === 0) return missing;
  return [
    ...(mapping.when === undefined ? [] : [await excludedFinding(identities, compiled, fields)]),
    ...missing,
    madeUpFinding(await madeUpNames(identities, compiled, fields)),
  ];
}

function madeUpFinding(found: Awaited<ReturnType<typeof madeUpNames>>): Finding {
  const { count, of } = found;
  if (count === 0) return ok('mapping', `the last name was made up for none of ${of} identities`);
  const fix = 'If a trait has the last name, use it in the mapping, for example "Last_Name: traits.family".';
  return warn('mapping', madeUpWords(found), fix);
}
