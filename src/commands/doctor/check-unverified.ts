import type { ServeConfig } from '../../config/serve-config.ts';
import { compileMapping } from '../../mapping/compile.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import { readSample } from '../parts/identity-sample.ts';
import { countUnverified, unverifiedWords } from '../parts/unverified-emails.ts';
import { warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

const ORY_MS = 10_000;

/**
 * Points to `adopt_unverified` where the mapping says nothing of it and Ory verifies emails: anyone who signs up with the email
 * of a customer takes over that customer's contact.
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
      `an identity whose email is not verified may take over a contact that was there before: ${unverifiedWords(emails)}`,
      'Write "adopt_unverified: false" into the mapping to keep them off, or "adopt_unverified: true" to leave it so.',
    ),
  ];
}
