import type { MappedField } from '../../mapping/mapped.ts';
import type { ContactFields, FieldValue } from '../../model/contact.ts';
import { canonicalJson } from '../../model/json.ts';
import type { FieldHashes } from '../changed-fields.ts';
import type { DecideRules } from '../decide.ts';
import type { Plan } from '../plan.ts';
import type { ForecastOutcome } from './outcome.ts';
import { inputOf } from './subject.ts';
import type { Subject } from './subject.ts';

/** What would become of one field. */
export interface FieldForecast {
  readonly name: string;
  readonly would:
    | 'write'
    | 'clear'
    /** It is so already, or empty on both sides. */
    | 'same'
    /** Zoho's value stays, though the identity's is another: `why`. */
    | 'keep'
    /** The mapping asks for it, and this identity does not yield it: `problem`. */
    | 'leave_out'
    /** What the mapping makes; that it is written is not known, or it is not: the outcome tells. */
    | 'mapped';
  readonly why:
    | 'on_create' // written when a contact is created, and left alone afterwards
    | 'made_up' // a Last_Name of our own making: never over a real one
    | 'filled' // `adopt: fill` writes into empty fields only
    | 'never_sent' // cleared is only what was sent to this contact before
    | 'no_clear' // `clear: false`, or a mandatory field
    | 'refused' // Zoho refused this value before
    | null;
  /** What the identity gives; null = no value. */
  readonly value: FieldValue | null;
  /** What Zoho has; null = empty, undefined = not known. */
  readonly has: unknown;
  /** How many characters the value had before it was cut; null = it was not. */
  readonly cutFrom: number | null;
  readonly problem: string | null;
}

export function fieldForecasts(
  subject: Subject,
  plan: Plan,
  outcome: ForecastOutcome,
  rules: DecideRules,
  hash: FieldHashes,
): FieldForecast[] {
  const { mapped } = subject;
  const sets = outcome.would === 'skip' && outcome.contacts === 'set';
  const made = [...(sets ? mapped.otherwise : mapped.fields)];
  const has = contactOf(subject, outcome)?.fields;
  const planned = plannedFields(plan);
  const forecasts = made.map(([name, field]): FieldForecast => {
    const seen = outcome.would === 'create' ? null : has?.[name];
    const fate =
      outcome.would === 'update' || outcome.would === 'unchanged' || sets
        ? fateOnContact(name, field, planned, seen, subject, outcome, rules, hash)
        : fateElsewhere(name, field, planned, outcome);
    return { name, value: field.value, has: seen, cutFrom: field.cutFrom ?? null, problem: null, ...fate };
  });
  const problems = (mapped.problems ?? []).filter(({ field }) => field !== 'when');
  return [
    ...forecasts,
    ...problems.map(({ field, message }) => ({
      ...LEFT_OUT,
      name: field,
      has: has?.[field],
      problem: message,
    })),
  ];
}

const LEFT_OUT = { would: 'leave_out', why: null, value: null, cutFrom: null } as const;

type Fate = Pick<FieldForecast, 'would' | 'why'>;

function plannedFields(plan: Plan): ContactFields {
  if (plan.do === 'update') return plan.fields;
  // What is for new contacts only (`afterInsert`) is not sure to be written.
  return plan.do === 'insert' ? { ...plan.fields, ...plan.afterwards } : {};
}

function contactOf({ found }: Subject, outcome: ForecastOutcome) {
  if (found === undefined || found === 'no_scope') return undefined;
  const id =
    'contactId' in outcome ? outcome.contactId : 'contactIds' in outcome ? outcome.contactIds[0] : '';
  return found.find((contact) => contact.id === id);
}

/** No contact is there, or which one is not known. */
function fateElsewhere(
  name: string,
  field: MappedField,
  planned: ContactFields,
  outcome: ForecastOutcome,
): Fate {
  if (planned[name] != null) return { would: 'write', why: null };
  if (field.value === null && outcome.would === 'create') return { would: 'same', why: null };
  const forNew = field.value !== null && (field.write === 'on-create' || field.madeUp);
  return { would: 'mapped', why: forNew ? 'on_create' : null };
}

function fateOnContact(
  name: string,
  field: MappedField,
  planned: ContactFields,
  has: unknown,
  subject: Subject,
  outcome: ForecastOutcome,
  rules: DecideRules,
  hash: FieldHashes,
): Fate {
  const value = planned[name];
  if (value !== undefined) return { would: value === null ? 'clear' : 'write', why: null };
  if (isSame(has, field.value)) return { would: 'same', why: null };
  if (field.madeUp) return { would: 'keep', why: 'made_up' };
  if (field.write === 'on-create') return { would: 'keep', why: 'on_create' };
  const { remembered } = inputOf(subject);
  if (remembered.refused[name] === hash.refused(name, field.value)) return { would: 'keep', why: 'refused' };
  if (field.value === null) return { would: 'keep', why: field.clear ? 'never_sent' : 'no_clear' };
  const fills = rules.adopt === 'fill' && 'foundBy' in outcome && outcome.foundBy === 'email';
  if (fills) return { would: 'keep', why: 'filled' };
  // Not compared with Zoho: it is what was last sent.
  return { would: 'same', why: null };
}

function isSame(has: unknown, value: FieldValue | null): boolean {
  if (has === undefined) return false;
  const empty = has === null || has === '' || (Array.isArray(has) && has.length === 0);
  return value === null ? empty : canonicalJson(JSON.parse(JSON.stringify(has))) === canonicalJson(value);
}
