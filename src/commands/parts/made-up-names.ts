import type { CompiledMapping } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import { emailOf } from '../../mapping/derived/derived.ts';
import { printable } from '../terminal/printable.ts';

const EXAMPLES = 3;

/** For how many identities of a sample the mapping finds no last name, so that one is made up. */
export interface MadeUpNames {
  readonly count: number;
  /** The identities of the sample that the mapping does not exclude. */
  readonly of: number;
  /** `ann.lee@example.org -> ann.lee`, three at most, harmless for a terminal. */
  readonly examples: readonly string[];
}

export async function madeUpNames(
  identities: readonly Identity[],
  mapping: CompiledMapping,
  fields: FieldList,
): Promise<MadeUpNames> {
  const examples: string[] = [];
  let count = 0;
  let of = 0;
  for (const identity of identities) {
    const mapped = await mapping.evaluate(identity, fields);
    if (mapped.when === false) continue;
    of += 1;
    const name = mapped.fields.get('Last_Name');
    if (name?.madeUp !== true || typeof name.value !== 'string') continue;
    count += 1;
    if (examples.length < EXAMPLES) {
      examples.push(printable(`${emailOf(identity) ?? identity.id} -> ${name.value}`));
    }
  }
  return { count, of, examples };
}

/** `The last name was made up for 2 of 3 identities: a@x.io -> a, b@x.io -> b` */
export function madeUpWords({ count, of, examples }: MadeUpNames): string {
  const whose = `${count} of ${of} ${of === 1 ? 'identity' : 'identities'}`;
  const more = count > examples.length ? ', …' : '';
  return `the last name was made up for ${whose}: ${examples.join(', ')}${more}`;
}
