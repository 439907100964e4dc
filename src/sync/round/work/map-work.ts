import type { RoundContext } from './round-context.ts';
import { withMapped } from './work-steps.ts';
import type { Work } from './work.ts';

/** Maps the identity of a work to its fields. */
export async function mapWork(context: RoundContext, work: Work): Promise<Work> {
  const mapped = await context.mapping.evaluate(work.identity, context.fields);
  for (const { field, message } of mapped.problems ?? []) {
    context.report({ what: 'warning', identityId: work.row.identityId, warning: `${field}: ${message}` });
  }
  return withMapped(work, mapped, context.mapping.hash);
}
