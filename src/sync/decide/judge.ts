/** What Zoho's answer to one record means for its identity: rules 13, 18 to 20, and 22. Pure. */
import type { ContactFields } from '../../model/contact.ts';
import type { Failure } from '../../model/outcome.ts';
import { ownFailure } from '../../model/outcome.ts';
import type { ItemAnswer, RecordError } from '../../model/zoho-answer.ts';
import type { WritePlan } from './plan.ts';

/** What was known when the record was sent. */
export interface Sent {
  readonly plan: WritePlan;
  /** The contact was ours before this delivery. */
  readonly linked: boolean;
  /** How many times it was sent without the fields that Zoho had refused. */
  readonly droppedTimes: number;
  /** It has already followed a duplicate, or found the linked contact gone. */
  readonly followed: boolean;
  readonly linkGone: boolean;
  /** Whether Zoho names the contact that a refused upsert matched: from API version 8 on. */
  readonly namesMatches: boolean;
  readonly module: string;
  /** Email and the Ory-id field. */
  readonly keys: ReadonlySet<string>;
  readonly mandatory: ReadonlySet<string>;
}

/**
 * How many times a record is sent again without the refused fields. Old API versions name one refused field
 * at a time, and it is not documented that v8 always names all of them.
 */
export const DROPS_AT_MOST = 5;

export type Verdict =
  | {
      readonly is: 'written';
      readonly contactId: string;
      readonly created: boolean;
      readonly afterwards: ContactFields;
    }
  /** Send it again without these fields. */
  | { readonly is: 'without'; readonly fields: readonly string[] }
  /** The duplicate that Zoho names may be our contact: look at it. */
  | { readonly is: 'follow'; readonly contactId: string }
  /**
   * Zoho matched no contact, and a field that only new contacts get is missing. Send it again with that
   * field.
   */
  | { readonly is: 'as_new' }
  | { readonly is: 'link_gone' }
  | { readonly is: 'later'; readonly failure: Failure }
  | { readonly is: 'failed'; readonly failure: Failure };

export function judge(sent: Sent, item: ItemAnswer): Verdict {
  if (item.kind === 'done') return judgeDone(sent, item);
  const { error } = item;
  switch (error.kind) {
    case 'field':
      return judgeFields(sent, error);
    case 'duplicate':
      return judgeDuplicate(sent, error);
    case 'gone':
      return sent.plan.do === 'update' && !sent.linkGone
        ? { is: 'link_gone' }
        : { is: 'failed', failure: zohoFailure(error) };
    case 'later':
      return { is: 'later', failure: zohoFailure(error) };
    case 'mandatory':
      return judgeMandatory(sent, error);
    case 'converted':
    case 'refused':
      return { is: 'failed', failure: zohoFailure(error) };
  }
}

/**
 * Lookups were not allowed, and the record lacks a field that only new contacts get. If Zoho matched a
 * contact, it names it.
 */
function judgeMandatory(sent: Sent, error: RecordError): Verdict {
  const { plan } = sent;
  const failed: Verdict = { is: 'failed', failure: zohoFailure(error) };
  if (plan.do !== 'insert') return failed;
  const { matchedId } = error;
  if (matchedId !== undefined) {
    return sent.followed || sent.linked ? failed : { is: 'follow', contactId: matchedId };
  }
  const lacksOnlyThat =
    error.fields.length > 0 && error.fields.every((field) => plan.afterInsert[field] !== undefined);
  return sent.namesMatches && lacksOnlyThat ? { is: 'as_new' } : failed;
}

function judgeDone(sent: Sent, item: Extract<ItemAnswer, { kind: 'done' }>): Verdict {
  const { plan } = sent;
  const created = item.action === 'insert';
  if (plan.do === 'update')
    return { is: 'written', contactId: item.contactId, created: false, afterwards: {} };
  const by = item.duplicateField;
  if (!created && by !== null && !plan.matchBy.includes(by)) {
    const message = `Zoho matched contact ${item.contactId} by ${by}, which is not one of our keys.`;
    return { is: 'failed', failure: ownFailure(`matched_by_${by}`, message, by) };
  }
  const afterwards = created ? { ...plan.afterwards, ...plan.afterInsert } : plan.afterwards;
  return { is: 'written', contactId: item.contactId, created, afterwards };
}

/**
 * If Zoho refuses an optional field, the contact is written without it. A sign-up must still reach the CRM.
 */
function judgeFields(sent: Sent, error: RecordError): Verdict {
  const optional = error.fields.filter(
    (field) => sent.plan.fields[field] !== undefined && !sent.keys.has(field) && !sent.mandatory.has(field),
  );
  const allOptional = optional.length > 0 && optional.length === error.fields.length;
  if (allOptional && sent.droppedTimes < DROPS_AT_MOST) return { is: 'without', fields: optional };
  return { is: 'failed', failure: zohoFailure(error) };
}

/** Rule 20. */
function judgeDuplicate(sent: Sent, error: RecordError): Verdict {
  const duplicate = error.duplicates[0];
  const field = duplicate?.field ?? error.fields[0] ?? 'unknown';
  const key = duplicate !== undefined && sent.keys.has(duplicate.field);
  const here = duplicate?.module === undefined || duplicate.module === sent.module;
  const contactId = duplicate?.contactId;
  // The contact with our id is ours, whichever contact was found by email.
  const mayBeOurs = sent.plan.do === 'insert' || duplicate?.field !== 'Email';
  if (!sent.linked && mayBeOurs && key && here && contactId !== undefined && !sent.followed) {
    return { is: 'follow', contactId };
  }
  const other = contactId === undefined ? 'another record' : `record ${contactId}`;
  const message = `${field} has a value that ${other} already has, and Zoho keeps ${field} unique.`;
  return { is: 'failed', failure: { ...zohoFailure(error), reason: `duplicate_${field}`, field, message } };
}

/**
 * The meaning of Zoho's answers to deleting the contacts of one identity. A contact that is already gone
 * counts as deleted.
 */
export function judgeDeletion(
  items: readonly (ItemAnswer | undefined)[],
): { readonly is: 'deleted' } | Extract<Verdict, { is: 'later' | 'failed' }> {
  const errors = items.flatMap((item) =>
    item?.kind === 'error' && item.error.kind !== 'gone' ? [item.error] : [],
  );
  const forGood = errors.find(({ kind }) => kind !== 'later');
  const [error] = forGood === undefined ? errors : [forGood];
  if (error === undefined) return { is: 'deleted' };
  return { is: forGood === undefined ? 'later' : 'failed', failure: zohoFailure(error) };
}

/** Zoho's refusal as a failure: its code becomes the reason, its message stays unchanged. */
export function zohoFailure(error: RecordError): Failure {
  return {
    reason: `zoho_${error.code.toLowerCase()}`,
    code: error.code,
    field: error.fields[0] ?? null,
    message: error.message,
    answer: error.raw,
  };
}
