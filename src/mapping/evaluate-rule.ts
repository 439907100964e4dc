import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../errors.ts';
import type { FieldMeta } from '../model/contact.ts';
import { IDENTITY_KEYS } from '../model/identity.ts';
import type { Json } from '../model/json.ts';
import { isTrue } from './expression/expression.ts';
import type { Expression, ExpressionInput } from './expression/expression.ts';
import { fitToField } from './fit/fit-to-field.ts';
import type { Fit } from './fit/fit-to-field.ts';
import type { Mapped, MappedField, MappingProblem } from './mapped.ts';

/** The mapping's rule for one field. */
export interface Rule {
  readonly apiName: string;
  readonly expression: Expression;
  readonly write: MappedField['write'];
  readonly clear: boolean;
}

/** An identity in the form that expressions read. */
export interface Snapshot {
  readonly input: ExpressionInput;
  /**
   * If the identity has whole numbers that have lost digits, these are the same input with the next numbers
   * (`inexact.ts`).
   */
  readonly neighbours: readonly ExpressionInput[];
  readonly isHint: boolean;
}

/** Unknown if the snapshot lacks the data or the expression fails. No identity is dropped for that. */
export async function evaluateWhen(
  when: Expression,
  snapshot: Snapshot,
  problems: MappingProblem[],
): Promise<Mapped['when']> {
  if (isUntold(when, snapshot)) return 'unknown';
  const result = await when.evaluate(snapshot.input);
  const cast = 'problem' in result ? result : attempt(() => ({ value: isTrue(result.value) }));
  if ('value' in cast) return cast.value;
  problems.push({ field: 'when', message: cast.problem });
  return 'unknown';
}

/**
 * Makes one field. Undefined if the field is to be left alone. If that has a bad reason, it adds a problem.
 */
export async function evaluateRule(
  rule: Rule,
  snapshot: Snapshot,
  meta: FieldMeta | undefined,
  problems: MappingProblem[],
): Promise<MappedField | undefined> {
  if (isUntold(rule.expression, snapshot)) return undefined;
  const fit = await soundFit(rule.expression, snapshot, meta);
  if ('problem' in fit) {
    problems.push({ field: rule.apiName, message: fit.problem });
    return undefined;
  }
  const clear = rule.clear && meta?.mandatory !== true && !snapshot.isHint;
  return { ...fit, write: rule.write, clear, madeUp: false };
}

const INEXACT = 'It is made from a whole number beyond 2^53, whose last digits may be lost.';

/** If the value depends on lost digits, in any form, it changes when they change. */
async function soundFit(
  expression: Expression,
  { input, neighbours }: Snapshot,
  meta: FieldMeta | undefined,
): Promise<Fit> {
  const fit = await fitOf(expression, input, meta);
  if ('problem' in fit) return fit;
  for (const neighbour of neighbours) {
    const other = await fitOf(expression, neighbour, meta);
    const isSame = attempt(() => ({ value: isDeepStrictEqual(fit, other) }));
    if (!('value' in isSame && isSame.value)) return { problem: INEXACT };
  }
  return fit;
}

async function fitOf(
  expression: Expression,
  input: ExpressionInput,
  meta: FieldMeta | undefined,
): Promise<Fit> {
  const result = await expression.evaluate(input);
  return 'problem' in result ? result : attempt(() => fitting(result.value, meta));
}

function fitting(value: Json | undefined, meta: FieldMeta | undefined): Fit {
  return meta?.writable === false ? { problem: 'The field is read-only in Zoho.' } : fitToField(value, meta);
}

/** Recursive work overflows the stack if a trait is nested thousands of levels deep. */
function attempt<T>(work: () => T): T | { readonly problem: string } {
  try {
    return work();
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/**
 * Values that a hint lacks are unknown, and so is everything derived from them. `signed_in_at` may also be
 * unknown in other snapshots.
 */
const UNTOLD_BY_HINTS = [...IDENTITY_KEYS, 'email', 'phone', 'verified'];
const UNTOLD_BY_OTHERS = ['signed_in_at'];

function isUntold({ names }: Expression, { input, isHint }: Snapshot): boolean {
  const untold = isHint ? UNTOLD_BY_HINTS : UNTOLD_BY_OTHERS;
  return untold.some((name) => names.has(name) && input[name] === undefined);
}
