import { builtinFields } from '../../mapping/file/builtin-fields.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Identity } from '../../model/identity.ts';

/**
 * How many identities of a sample have an email that Ory verifies, and how many of those emails are
 * unverified.
 */
export interface UnverifiedEmails {
  readonly sample: number;
  readonly listed: number;
  readonly unverified: number;
}

export async function countUnverified(
  identities: readonly Identity[],
  mapping: CompiledMapping,
): Promise<UnverifiedEmails> {
  const fields = builtinFields(mapping.module);
  const states = [];
  for (const identity of identities) states.push((await mapping.evaluate(identity, fields)).emailState);
  return {
    sample: identities.length,
    listed: states.filter((state) => state === 'verified' || state === 'unverified').length,
    unverified: states.filter((state) => state === 'unverified').length,
  };
}

export function unverifiedWords({ sample, listed, unverified }: UnverifiedEmails): string {
  return `${listed} of ${sample} identities have an email that Ory verifies, and ${unverified} of these are not verified`;
}
