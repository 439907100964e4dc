import { emailKey } from '../mapping/derived.ts';
import type { RoundContext } from './context.ts';
import type { Work } from './work.ts';

/** Makes the fields of a work's identity, by the mapping. */
export async function mapWork(context: RoundContext, work: Work): Promise<Work> {
  const mapped = await context.mapping.evaluate(work.identity, context.fields);
  for (const { field, message } of mapped.problems ?? []) {
    context.report({ what: 'warning', identityId: work.row.identity_id, warning: `${field}: ${message}` });
  }
  const email = mapped.fields.get('Email')?.value;
  return {
    ...work,
    // The mapping that delivers, which may be another than that of the process that put it in (rule 12).
    row: work.row.id_only ? work.row : { ...work.row, mapping_hash: context.mapping.hash },
    when: mapped.when,
    emailState: mapped.emailState,
    fields: mapped.fields,
    problems: mapped.problems ?? [],
    otherwise: mapped.otherwise,
    emailKey: typeof email === 'string' ? emailKey(email) : null,
  };
}
