import type { MappedField } from '../../mapping/mapped.ts';
import type { ContactFields, FieldValue } from '../../model/contact.ts';
import { keepsValues } from '../../model/policy.ts';
import { fills } from '../decide/adoption.ts';
import { isRefused } from '../decide/changed-fields.ts';
import type { FieldHashes } from '../decide/changed-fields.ts';
import type { DecideRules } from '../decide/decide-rules.ts';
import type { Plan } from '../decide/plan.ts';
import { hasValue } from '../decide/same-value.ts';
import { isForCreateOnly } from '../decide/write-rules.ts';
import type { ForecastOutcome } from './forecast-outcome.ts';
import { inputOfSubject } from './subject.ts';
import type { Subject } from './subject.ts';

/** The forecast for one field. */
export interface FieldForecast {
  readonly name: string;
  readonly would:
    | 'write'
    | 'clear'
    /** Zoho already has this value, or both are empty. */
    | 'same'
    /** Zoho's value stays although the identity's differs. `why` has the reason. */
    | 'keep'
    /** The mapping asks for it, but this identity does not give it. `problem` has the reason. */
    | 'leave_out'
    /** The mapped value. It is not known whether it is written, or it is not; see the outcome. */
    | 'mapped';
  readonly why:
    | 'on_create' // written only when a contact is created
    | 'made_up' // a Last_Name of our own making never replaces a real one
    | 'filled' // `adopt: fill` writes into empty fields only
    | 'never_sent' // only a value that was sent to this contact before is cleared
    | 'no_clear' // `clear: false`, or a mandatory field
    | 'refused' // Zoho refused this value before
    | null;
  /** The identity's value. Null if it has none. */
  readonly value: FieldValue | null;
  /** Zoho's value. Null if it is empty, undefined if it is unknown. */
  readonly has: unknown;
  /** How many characters the value had before it was cut. Null if it was not cut. */
  readonly cutFrom: number | null;
  readonly problem: string | null;
}

/** What is known when fields are forecast. */
export interface Decided {
  readonly subject: Subject;
  readonly plan: Plan;
  readonly outcome: ForecastOutcome;
  readonly rules: DecideRules;
  readonly hash: FieldHashes;
}

/**
 * The fields that the mapping makes, in its order, followed by those that it cannot make for this identity.
 */
export function fieldForecasts(decided: Decided): FieldForecast[] {
  const { mapped } = decided.subject;
  const { outcome } = decided;
  const sets = outcome.would === 'skip' && outcome.contacts === 'set';
  const onContact = sets || outcome.would === 'update' || outcome.would === 'unchanged';
  const planned = outcome.would === 'fail' ? {} : plannedFields(decided.plan);
  const seen = contactOf(decided.subject, outcome)?.fields;
  const made = [...(sets ? mapped.otherwise : mapped.fields)].map(([name, field]): FieldForecast => {
    const has = outcome.would === 'create' ? null : seen?.[name];
    const fate = onContact
      ? fateOnContact(name, field, has, planned, decided)
      : fateElsewhere(name, field, planned[name], decided);
    return { name, value: field.value, has, cutFrom: field.cutFrom ?? null, problem: null, ...fate };
  });
  const problems = (mapped.problems ?? []).filter(({ field }) => field !== 'when');
  const leftOut = problems.map(({ field: name, message: problem }) => ({
    ...LEFT_OUT,
    name,
    has: seen?.[name],
    problem,
  }));
  return [...made, ...leftOut];
}

const LEFT_OUT = { would: 'leave_out', why: null, value: null, cutFrom: null } as const;

type Fate = Pick<FieldForecast, 'would' | 'why'>;

function plannedFields(plan: Plan): ContactFields {
  if (plan.do === 'update') return plan.fields;
  // It is not certain that fields for new contacts only (`afterInsert`) are written.
  return plan.do === 'insert' ? { ...plan.fields, ...plan.afterwards } : {};
}

function contactOf({ found }: Subject, outcome: ForecastOutcome) {
  if (found === undefined || typeof found === 'string') return undefined;
  const id = 'contactIds' in outcome ? outcome.contactIds[0] : 'contactId' in outcome && outcome.contactId;
  return found.find((contact) => contact.id === id);
}

/** There is no contact, or it is not known which one. */
function fateElsewhere(
  name: string,
  field: MappedField,
  planned: FieldValue | null | undefined,
  { subject, outcome, hash }: Decided,
): Fate {
  const { value } = field;
  const wasRefused = isRefused(name, field, inputOfSubject(subject).remembered, hash);
  if (planned != null && wasRefused) return { would: 'leave_out', why: 'refused' };
  if (planned != null) return { would: 'write', why: null };
  if (value === null && outcome.would === 'create') return { would: 'same', why: null };
  const forNew = outcome.would !== 'skip' && value !== null && isForCreateOnly(field);
  return { would: 'mapped', why: forNew ? 'on_create' : null };
}

function fateOnContact(
  name: string,
  field: MappedField,
  has: unknown,
  planned: ContactFields,
  { subject, outcome, rules, hash }: Decided,
): Fate {
  const { value, madeUp, clear } = field;
  const sent = planned[name];
  if (sent !== undefined) return { would: sent === null ? 'clear' : 'write', why: null };
  if (has !== undefined && hasValue(has, value)) return { would: 'same', why: null };
  if (madeUp) return { would: 'keep', why: 'made_up' };
  if (isForCreateOnly(field)) return { would: 'keep', why: 'on_create' };
  if (isRefused(name, field, inputOfSubject(subject).remembered, hash))
    return { would: 'keep', why: 'refused' };
  if (value === null) return { would: 'keep', why: clear ? 'never_sent' : 'no_clear' };
  const adopts = keepsValues(rules.adopt) && 'foundBy' in outcome && outcome.foundBy === 'email';
  const input = inputOfSubject(subject);
  const leaves = input.contactId !== null && input.remembered.kept?.[name] !== undefined;
  if (adopts || leaves || fills(input, rules)) return { would: 'keep', why: 'filled' };
  // Without a comparison with Zoho: the value is the one last sent.
  return { would: 'same', why: null };
}
