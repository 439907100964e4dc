import type { Failure, Outcome, Reason } from '../../model/outcome.ts';
import type { Policy } from '../../model/policy.ts';
import { convertedFailure } from '../round/look-up/converted-leads.ts';
import type { DecideRules } from '../decide/decide-rules.ts';
import type { InsertPlan } from '../decide/insert-plan.ts';
import { withTags } from '../decide/parting.ts';
import type { Plan } from '../decide/plan.ts';
import { inputOfSubject } from './subject.ts';
import type { Subject } from './subject.ts';

/** Tags that would be added and removed. */
interface Tags {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The outcome that delivery would have for one identity. */
export type ForecastOutcome =
  /** `again` if there was a contact that is gone in Zoho (rule 22). */
  | { readonly would: 'create'; readonly again: boolean; readonly tags: Tags }
  | {
      readonly would: 'update' | 'unchanged';
      readonly contactId: string;
      /**
       * `email`: it is not ours yet and would be adopted (rule 17). `lost_answer`: an unanswered call made
       * it.
       */
      readonly foundBy: 'link' | 'ory_id' | 'lost_answer' | 'email';
      readonly tags: Tags;
    }
  | {
      readonly would: 'skip';
      readonly reason: Reason;
      /** What happens to existing contacts: left as they are, tagged, set as `otherwise` says, or deleted. */
      readonly contacts: Policy | 'set';
      readonly contactIds: readonly string[];
    }
  | {
      /**
       * It has failed and stays so. `foreseen`: it was not tried yet, and Zoho would refuse it. `again`: it
       * would be sent again all the same.
       */
      readonly would: 'fail';
      readonly reason: string;
      readonly field: string | null;
      readonly message: string | null;
      readonly again: boolean;
      readonly foreseen: boolean;
      readonly contactId: string | null;
    }
  /**
   * It stays in the outbox. Zoho puts its record off (locked, in approval), or `reason` names what is missing
   * and only a person can give.
   */
  | { readonly would: 'wait'; readonly contactId: string | null; readonly reason: Reason | null }
  /** The contact belongs to another identity, whose state is checked at delivery (rule 21). */
  | { readonly would: 'contest'; readonly contactId: string; readonly ownerId: string }
  /** Lookups are not allowed (no ZohoCRM.coql.READ), so Zoho's upsert creates or updates (rule 16). */
  | { readonly would: 'upsert' }
  /** Zoho was not asked whether there is a contact. */
  | { readonly would: 'unknown' };

/**
 * The outcome that its delivery would be counted as. `queued`: it waits. `undecided`: only delivery finds
 * out.
 */
export type ForecastAction = Outcome | 'queued' | 'undecided';

export function actionOf(outcome: ForecastOutcome): ForecastAction {
  switch (outcome.would) {
    case 'create':
      return 'created';
    case 'update':
      return 'updated';
    case 'unchanged':
      return 'unchanged';
    case 'skip':
      // A write by `otherwise: { set }` counts as an update.
      return outcome.contacts === 'set' ? 'updated' : 'skipped';
    case 'fail':
      return 'failed';
    case 'wait':
      return 'queued';
    case 'contest':
    case 'upsert':
    case 'unknown':
      return 'undecided';
  }
}

/** Why it would be skipped, fail or wait. */
export function reasonOf(outcome: ForecastOutcome): string | null {
  if (outcome.would === 'fail' || outcome.would === 'wait') return outcome.reason;
  return outcome.would === 'skip' && actionOf(outcome) === 'skipped' ? outcome.reason : null;
}

/** The contact that it is about; the first of several. */
export function contactIdOf(outcome: ForecastOutcome): string | null {
  if ('contactId' in outcome) return outcome.contactId;
  return 'contactIds' in outcome ? (outcome.contactIds[0] ?? null) : null;
}

export function outcomeOf(subject: Subject, plan: Plan, rules: DecideRules): ForecastOutcome {
  if (subject.converted) return failing(convertedFailure(subject.ledger?.contactId ?? ''), subject);
  switch (plan.do) {
    case 'look_up':
      return { would: 'unknown' };
    case 'fail':
      return failing(plan.failure, subject);
    case 'wait':
      return { would: 'wait', contactId: null, reason: plan.reason };
    case 'skip':
      return skip(
        plan.reason,
        'leave',
        [plan.contactId, plan.matchId].filter((id) => typeof id === 'string'),
      );
    case 'tag':
      return skip('when', 'tag', [plan.contactId]);
    case 'delete':
      return skip(plan.reason, 'delete', plan.contactIds);
    case 'insert':
      return ofInsert(plan, subject, rules);
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

function ofInsert(plan: InsertPlan, subject: Subject, rules: DecideRules): ForecastOutcome {
  if (typeof subject.found === 'string') return { would: 'upsert' };
  const missing = missingMandatory(plan, rules);
  if (missing !== undefined) return failing(missing, subject);
  return { would: 'create', again: subject.linkGone, tags: { add: rules.tags, remove: [] } };
}

function failing({ reason, field, message }: Failure, { ledger }: Subject): ForecastOutcome {
  const contactId = ledger?.contactId ?? null;
  return { would: 'fail', reason, field, message, again: false, foreseen: true, contactId };
}

/**
 * Zoho makes no record without its mandatory fields (Zoho CRM API, "Upsert Records"). An existing record
 * needs none.
 */
function missingMandatory({ fields }: InsertPlan, { mandatory }: DecideRules): Failure | undefined {
  const field = [...mandatory].find((name) => fields[name] === undefined);
  if (field === undefined) return undefined;
  const code = 'MANDATORY_NOT_FOUND';
  return {
    reason: 'zoho_mandatory_not_found',
    code,
    field,
    message: 'required field not found',
    answer: null,
  };
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
  const input = inputOfSubject(subject);
  const tags = withTags({ do: 'unchanged', contactId }, input.tagged, rules);
  const { add, remove } = tags.do === 'tag' ? tags : { add: [], remove: [] };
  return { would, contactId, foundBy: foundBy(subject, contactId, rules), tags: { add, remove } };
}

function foundBy(
  subject: Subject,
  contactId: string,
  rules: DecideRules,
): Extract<ForecastOutcome, { foundBy: string }>['foundBy'] {
  if (subject.lostAnswer?.id === contactId) return 'lost_answer';
  if (inputOfSubject(subject).contactId !== null) return 'link';
  return carriesId(subject, contactId, rules) ? 'ory_id' : 'email';
}

function carriesId({ identity, found }: Subject, contactId: string, { oryIdField }: DecideRules): boolean {
  if (found === undefined || typeof found === 'string' || oryIdField === null) return false;
  return found.find(({ id }) => id === contactId)?.fields[oryIdField] === identity.id;
}
