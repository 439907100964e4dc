/** What the ledger keeps of a contact after a delivery: hashes of the fields, and whether we made it. */
import { EXPIRED, withSentInDoubt } from '../../../model/sent-field.ts';
import type { SentFields } from '../../../model/sent-field.ts';
import type { Delivered } from '../../../store/outbox/settle/settlement.ts';
import { isCleared } from '../../../store/outbox/unique-wait.ts';
import { fills, rememberKept } from '../../decide/adoption.ts';
import { rememberExcluded, rememberSent } from '../../decide/changed-fields.ts';
import type { RoundContext } from '../work/round-context.ts';
import { incompleteAfter } from '../../decide/incomplete.ts';
import { inputOfWork } from '../work/input-for-decide.ts';
import { keepsFields } from '../work/work.ts';
import type { Work } from '../work/work.ts';

function sentOf({ mapping, hash }: RoundContext, work: Work, complete: boolean): { [field: string]: string } {
  const before = (isSameContact(work) ? work.ledger?.sent : undefined) ?? {};
  const taken = ([name]: [string, unknown]) => !work.refusedNow.has(name);
  if (keepsFields(work))
    return rememberSent(Object.keys(before), work.fields, before, work.written, false, hash);
  if (work.when === false) {
    const fields = new Map([...work.otherwise].filter(taken));
    return rememberExcluded(mapping.fieldNames, fields, before, work.written, hash);
  }
  const fields = new Map([...work.fields].filter(taken));
  const looked = work.adopted || work.row.compare || work.inherited !== undefined;
  const seen = complete && work.when === true && looked;
  return rememberSent(mapping.fieldNames, fields, before, work.written, seen, hash);
}

/** The fields that were sent, and those that `adopt: fill` left alone. */
export function rememberedOf(
  context: RoundContext,
  work: Work,
  complete: boolean,
): Pick<Delivered, 'sent' | 'kept'> {
  const cleared = withoutCleared(work, sentOf(context, work, complete));
  const sent = complete ? withDoubted(context, work, cleared) : cleared;
  if (keepsFields(work)) return { sent };
  const kept = keptOf(context, work);
  const names = Object.keys(sent).filter((name) => kept[name] === undefined);
  return { sent: Object.fromEntries(names.map((name) => [name, sent[name] ?? ''])), kept };
}

/**
 * Once the row is gone, its marks are gone too. A value that an unanswered call may have written still counts
 * as ours, unless it was written again. An identity that takes over the contact must know this (rule 21).
 * @param sent what is known to be sent without the marks
 */
export function withDoubted({ mapping }: RoundContext, work: Work, sent: SentFields): SentFields {
  const names = work.marks
    .flatMap(({ fields }) => fields)
    .filter((name) => mapping.fieldNames.includes(name))
    .filter((name) => work.written[name] === undefined && !work.refusedNow.has(name));
  return withSentInDoubt(sent, names);
}

/** A field that was cleared for another identity no longer has its last sent value. */
function withoutCleared(work: Work, sent: { [field: string]: string }): { [field: string]: string } {
  const isGone = (name: string) => work.written[name] === undefined && isCleared(work.marks, name);
  return Object.fromEntries(
    Object.entries(sent).map(([name, hash]) => [name, isGone(name) ? EXPIRED : hash]),
  );
}

function keptOf({ mapping, hash, rules, oryIdField }: RoundContext, work: Work): { [field: string]: string } {
  const same = isSameContact(work);
  const { remembered, origin, insists } = inputOfWork(work, oryIdField);
  const filling = fills({ origin: same ? origin : 'found', insists }, rules) && work.when === true;
  const found = typeof work.found === 'string' ? undefined : work.found;
  return rememberKept(
    {
      mapped: mapping.fieldNames,
      fields: new Map([...work.fields].filter(([name]) => !work.refusedNow.has(name))),
      before: same ? { ...remembered, kept: work.ledger?.kept ?? {} } : { sent: {}, refused: {} },
      written: work.written,
      contact: filling ? found?.find(({ id }) => id === work.contactId) : undefined,
    },
    hash,
  );
}

/** Whether we made the contact. */
export function originOf(work: Work): 'made' | 'found' | null {
  if (work.inherited?.contactId === work.contactId) return work.inherited.origin ?? 'found';
  if (isSameContact(work)) return work.ledger?.origin ?? null;
  return work.created ? 'made' : 'found';
}

export function refusedOf({ mapping }: RoundContext, work: Work): { [field: string]: string } {
  const keeps = keepsFields(work);
  const kept = Object.entries(work.ledger?.refused ?? {}).filter(
    ([name]) => (keeps || mapping.fieldNames.includes(name)) && work.written[name] === undefined,
  );
  const now = [...work.refusedNow].filter(([name]) => !work.awaited.has(name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(now) };
}

/**
 * The fields that the contact does not have as the mapping made them, in addition to those that Zoho refused.
 * @param sent the fields of this delivery
 */
export function incompleteOf(
  { mapping, hash, rules }: RoundContext,
  work: Work,
  sent: Delivered['sent'] = {},
): NonNullable<Delivered['incomplete']> {
  if (keepsFields(work)) return work.ledger?.incomplete ?? [];
  const excluded = work.when === false;
  return incompleteAfter(
    {
      mapped: mapping.fieldNames,
      fields: excluded ? work.otherwise : work.fields,
      problems: excluded && rules.otherwise !== 'set' ? [] : work.problems,
      tagsRefused: work.tagsRefused,
      written: work.written,
      sent,
      before: isSameContact(work) && !excluded ? (work.ledger?.incomplete ?? []) : [],
    },
    hash,
  );
}

function isSameContact(work: Work): boolean {
  return work.ledger?.contactId === work.contactId;
}
