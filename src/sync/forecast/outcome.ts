import type { Reason } from '../../model/outcome.ts';
import type { DecideRules } from '../decide.ts';
import { withTags } from '../parting.ts';
import type { Plan } from '../plan.ts';
import { inputOf } from './subject.ts';
import type { Subject } from './subject.ts';

/** Tags that would be put on and taken off. */
interface Tags {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What delivery would come to for one identity. */
export type ForecastOutcome =
  /** `again`: there was a contact, which is gone in Zoho (rule 22). */
  | { readonly would: 'create'; readonly again: boolean; readonly tags: Tags }
  | {
      readonly would: 'update' | 'unchanged';
      readonly contactId: string;
      /** By email: it is not ours yet, and would be adopted (rule 17). */
      readonly foundBy: 'link' | 'ory_id' | 'email';
      readonly tags: Tags;
    }
  | {
      readonly would: 'skip';
      readonly reason: Reason;
      /** What becomes of the contacts there are: left as they are, tagged, set as `otherwise` says, deleted. */
      readonly contacts: 'leave' | 'tag' | 'set' | 'delete';
      readonly contactIds: readonly string[];
    }
  /** The contact belongs to another identity: what became of that one is asked at delivery (rule 21). */
  | { readonly would: 'contest'; readonly contactId: string; readonly ownerId: string }
  /** Nobody may look first (no ZohoCRM.coql.READ): Zoho's upsert creates or updates (rule 16). */
  | { readonly would: 'upsert' }
  /** Zoho was not asked whether there is a contact. */
  | { readonly would: 'unknown' };

export function outcomeOf(subject: Subject, plan: Plan, rules: DecideRules): ForecastOutcome {
  switch (plan.do) {
    case 'look_up':
    case 'fail':
      return { would: 'unknown' };
    case 'skip':
      return skip(plan.reason, 'leave', plan.contactId === null ? [] : [plan.contactId]);
    case 'tag':
      return skip('when', 'tag', [plan.contactId]);
    case 'delete':
      return skip(plan.reason, 'delete', plan.contactIds);
    case 'insert':
      return subject.found === 'no_scope'
        ? { would: 'upsert' }
        : { would: 'create', again: subject.linkGone, tags: { add: rules.tags, remove: [] } };
    case 'ask_owner':
      return { would: 'contest', contactId: plan.contactId, ownerId: plan.ownerId };
    case 'update':
      return subject.mapped.when === false
        ? skip('when', 'set', [plan.contactId])
        : onContact('update', plan.contactId, subject, rules);
    case 'unchanged':
      return plan.contactId === null
        ? { would: 'unknown' }
        : onContact('unchanged', plan.contactId, subject, rules);
  }
}

function skip(
  reason: Reason,
  contacts: Extract<ForecastOutcome, { would: 'skip' }>['contacts'],
  contactIds: readonly string[],
): ForecastOutcome {
  return { would: 'skip', reason, contacts, contactIds };
}

function onContact(
  would: 'update' | 'unchanged',
  contactId: string,
  subject: Subject,
  rules: DecideRules,
): ForecastOutcome {
  const { contactId: link, tagged } = inputOf(subject);
  const tags = withTags({ do: 'unchanged', contactId }, tagged, rules);
  const { add, remove } = tags.do === 'tag' ? tags : { add: [], remove: [] };
  const foundBy = link !== null ? 'link' : carriesId(subject, contactId, rules) ? 'ory_id' : 'email';
  return { would, contactId, foundBy, tags: { add, remove } };
}

function carriesId({ identity, found }: Subject, contactId: string, { oryIdField }: DecideRules): boolean {
  if (found === undefined || found === 'no_scope' || oryIdField === null) return false;
  return found.find(({ id }) => id === contactId)?.fields[oryIdField] === identity.id;
}
