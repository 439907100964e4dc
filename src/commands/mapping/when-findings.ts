/** Which identities `when` excludes: in a sample, and because of missing values. */
import { compileExpression } from '../../mapping/expression/expression.ts';
import { missingTraps } from '../../mapping/expression/missing-value.ts';
import type { MissingTrap } from '../../mapping/expression/missing-value.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import { derive } from '../../mapping/derived/derived.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import { ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** How many identities of the sample `when` excludes. */
export async function excludedFinding(
  identities: readonly Identity[],
  mapping: CompiledMapping,
  fields: FieldList,
): Promise<Finding> {
  let excluded = 0;
  for (const identity of identities) {
    const { when } = await mapping.evaluate(identity, fields);
    if (when === false) excluded += 1;
  }
  const detail = `\`when\` is false for ${excluded} of ${sampleWords(identities)}`;
  if (excluded < identities.length) return ok('mapping', detail);
  const fix =
    'No identity of the sample would get a contact. To see why, run: ory-zoho mapping preview <email>';
  return warn('mapping', detail, fix);
}

/**
 * Finds places where `when` or a field negates, or compares with `!=`, a value that may be missing.
 * @param identities a sample to count in; may be empty
 */
export async function missingValueFindings(
  mapping: Mapping,
  identities: readonly Identity[],
): Promise<Finding[]> {
  const set = typeof mapping.otherwise === 'object' ? mapping.otherwise.set : {};
  const places = [
    ...(mapping.when === undefined ? [] : [['when', mapping.when] as const]),
    ...Object.entries({ ...mapping.fields, ...set }).map(([name, { value }]) => [name, value] as const),
  ];
  const findings: Finding[] = [];
  for (const [place, text] of places) {
    for (const trap of missingTraps(text)) findings.push(await finding(place, trap, identities));
  }
  return findings;
}

async function finding(
  place: string,
  { operator, path, whole }: MissingTrap,
  identities: readonly Identity[],
): Promise<Finding> {
  const operand = compileExpression(path);
  let missing = 0;
  for (const identity of identities) {
    const result = await operand.evaluate({ ...identity, ...derive(identity) });
    if ('value' in result && result.value === undefined) missing += 1;
  }
  const counted = identities.length === 0 ? '' : ` (${missing} of ${sampleWords(identities)})`;
  const part = whole ? path : '…';
  const negation = operator === '!=' ? `"${part} != …"` : `"$not(${part})"`;
  const detail = `${place}: where ${path} is missing${counted}, ${negation} is false, not true`;
  const better = operator === '!=' ? `$not(${part} = …)` : `$not(${part} = true)`;
  return warn('mapping', detail, `To include those identities, write ${better}.`);
}

function sampleWords({ length }: readonly Identity[]): string {
  return `a sample of ${length.toLocaleString('en')} ${length === 1 ? 'identity' : 'identities'}`;
}
