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

/** What a mapping says of one field. */
export interface Rule {
  readonly apiName: string;
  readonly expression: Expression;
  readonly write: MappedField['write'];
  readonly clear: boolean;
}

/** An identity as expressions see it. */
export interface Snapshot {
  readonly input: ExpressionInput;
  /**
   * Where the identity has whole numbers that have lost digits: the input with the numbers next to them
   * (`inexact.ts`).
   */
  readonly neighbours: readonly ExpressionInput[];
  readonly isHint: boolean;
}

/** Unknown where the snapshot does not tell, or the expression fails: no identity is dropped for that. */
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
 * Makes one field; undefined where it is to be left alone, with a problem where that is not as it should be.
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

const INEXACT = 'It is made of a whole number beyond 2^53, whose last digits may be lost.';

/** A text that shows digits which are lost, in whatever form, would be another if these were. */
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
  return meta?.writable === false
    ? { problem: 'Zoho lets nobody write this field.' }
    : fitToField(value, meta);
}

/** What recurses overflows the stack where someone nested a trait thousands of levels deep. */
function attempt<T>(work: () => T): T | { readonly problem: string } {
  try {
    return work();
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/**
 * What a hint does not carry is unknown, and so is what is derived from it; `signed_in_at` is unknown
 * elsewhere too.
 */
const UNTOLD_BY_HINTS = [...IDENTITY_KEYS, 'email', 'phone', 'verified'];
const UNTOLD_BY_OTHERS = ['signed_in_at'];

function isUntold({ names }: Expression, { input, isHint }: Snapshot): boolean {
  const untold = isHint ? UNTOLD_BY_HINTS : UNTOLD_BY_OTHERS;
  return untold.some((name) => names.has(name) && input[name] === undefined);
}
