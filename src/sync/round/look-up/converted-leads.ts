import type { Failure } from '../../../model/outcome.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import { noteFailure } from '../../pace/note-call.ts';
import { settleWorks } from '../settle/settle-works.ts';
import type { Work } from '../work/work.ts';

/**
 * A linked lead that seems to be gone may have been converted to a contact. Then no second lead is made for
 * it.
 * @returns the works that continue; converted leads fail, and works without an answer from Zoho are released
 */
export async function withoutConverted(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const { module } = context.mapping;
  const doubtful = works.filter(({ linkGone }) => linkGone);
  if (module !== 'Leads' || doubtful.length === 0) return [...works];
  const startedAt = context.store.world.ticks();
  const ids = doubtful.flatMap(({ ledger }) => ledger?.contactId ?? []);
  const answer = await context.zoho.converted({ module, ids, signal: context.signal });
  if (answer.kind !== 'converted') {
    noteFailure(context, answer, startedAt);
    if (answer.kind !== 'aborted') await giveBack(context, doubtful, asDueAsBefore);
    return works.filter((work) => !doubtful.includes(work));
  }
  const converted = doubtful.filter(({ ledger }) => answer.ids.has(ledger?.contactId ?? ''));
  await settleWorks(
    context,
    converted.map((work) => ({
      work,
      outcome: { is: 'failed', failure: convertedFailure(work.ledger?.contactId ?? '') },
    })),
  );
  return works.filter((work) => !converted.includes(work));
}

export function convertedFailure(leadId: string): Failure {
  const message = `Lead ${leadId} was converted to a contact, so changes in Ory no longer reach it.`;
  return {
    reason: 'zoho_converted_record',
    code: 'CONVERTED_RECORD',
    field: null,
    message,
    answer: null,
  };
}
