import type { ServeConfig } from '../../config/serve-config.ts';
import { compileMapping } from '../../mapping/compile.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import { readSample } from '../parts/identity-sample.ts';
import { countUnverified, unverifiedWords } from '../parts/unverified-emails.ts';
import { warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

const ORY_MS = 10_000;

/**
 * Points to `adopt_unverified` if Ory verifies emails and the mapping does not set it. Otherwise a sign-up
 * with a customer's email takes over that customer's contact.
 */
export async function checkUnverified(config: ServeConfig, mapping: Mapping): Promise<Finding[]> {
  if (mapping.adopt_unverified !== undefined) return [];
  const sample = await readSample(config.ory, ORY_MS);
  if (sample.kind !== 'sample') return [];
  const emails = await countUnverified(sample.identities, compileMapping(mapping));
  if (emails.listed === 0) return [];
  return [
    warn(
      'mapping',
      `an identity with an unverified email may adopt an existing contact: ${unverifiedWords(emails)}`,
      'Add "adopt_unverified: false" to the mapping to prevent this, or "adopt_unverified: true" to allow it.',
    ),
  ];
}
