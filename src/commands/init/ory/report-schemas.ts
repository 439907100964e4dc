import { builtinFields } from '../../../mapping/file/builtin-fields.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { Identity } from '../../../model/identity.ts';
import { sampleIdentity } from '../../../ory/admin/schemas.ts';
import type { OrySchema } from '../../../ory/admin/schemas.ts';
import { madeUpNames, madeUpWords } from '../../parts/made-up-names.ts';
import { say } from '../../terminal/print.ts';
import { warn } from '../talk.ts';

/**
 * Lists the schemas and what the mapping finds in each: from the identities that have the schema, else from a
 * sample identity with every trait. Also says for how many identities the last name was made up.
 */
export async function reportSchemas(
  identities: readonly Identity[],
  schemas: readonly OrySchema[],
  mapping: CompiledMapping,
): Promise<void> {
  const bySchema = Map.groupBy(identities, ({ schema_id }) =>
    typeof schema_id === 'string' ? schema_id : 'unknown',
  );
  for (const [id, some] of bySchema) {
    const seen = await Promise.all(some.map((identity) => given(identity, mapping)));
    const email = seen.filter((one) => one.email).length;
    const name = seen.filter((one) => one.name).length;
    tell(id, `of ${some.length} identities, ${email} have an email and ${name} a name`, email > 0);
  }
  const madeUp = await madeUpNames(identities, mapping, builtinFields(mapping.module));
  if (madeUp.count > 0) {
    warn(`${madeUpWords(madeUp)}. If a trait has the last name, set it in a mapping file.`);
  }
  for (const schema of schemas.filter(({ id }) => !bySchema.has(id))) {
    const { email, name } = await given(sampleIdentity(schema), mapping);
    tell(
      schema.id,
      `its traits have ${email ? 'an email' : 'no email'} and ${name ? 'a name' : 'no name'}`,
      email,
    );
  }
}

function tell(schema: string, what: string, hasEmail: boolean): void {
  if (hasEmail) say(`  schema ${schema}: ${what}`);
  else
    warn(
      `schema ${schema}: ${what}. Identities without an email are skipped. If a trait has the email, set it in a mapping file.`,
    );
}

/** Whether the mapping finds an email and a name. A made-up name does not count. */
async function given(identity: Identity, mapping: CompiledMapping) {
  const { fields } = await mapping.evaluate(identity, builtinFields(mapping.module));
  return {
    email: (fields.get('Email')?.value ?? null) !== null,
    name: fields.get('Last_Name')?.madeUp === false,
  };
}
