/**
 * Whole numbers beyond 2^53. JavaScript lost their last digits when it read them from JSON. The result of an
 * expression is safe only if it is the same for the next numbers up and down.
 */
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import type { ExpressionInput } from '../expression/expression.ts';

function isInexact(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Whether a value contains such a number, at any depth. */
export function hasInexact(value: Json): boolean {
  const open: Json[] = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one === 'number' && isInexact(one)) return true;
    if (typeof one === 'object' && one !== null)
      for (const inner of Object.values<Json>(one)) open.push(inner);
  }
  return false;
}

/**
 * The same input twice, with each such number replaced by the next one up, and by the next one down. The true
 * number lies between them. Empty if there is no such number.
 */
export function neighbours(input: ExpressionInput): readonly ExpressionInput[] {
  const isAny = Object.values(input).some((value) => value !== undefined && hasInexact(value));
  return isAny ? [shifted(input, 1), shifted(input, -1)] : [];
}

type Copy = Json[] | { [key: string]: Json | undefined };

/** Without recursion, because users can nest their traits at any depth. */
function shifted(input: ExpressionInput, direction: 1 | -1): ExpressionInput {
  const copied: { [key: string]: Json | undefined } = {};
  const open: [from: object, to: Copy][] = [[input, copied]];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [from, to] = one;
    for (const [key, value] of Object.entries<Json | undefined>({ ...from })) {
      const copy = copyOf(value, direction);
      // A plain assignment to the key `__proto__` would set the prototype.
      Object.defineProperty(to, key, { value: copy, enumerable: true, configurable: true, writable: true });
      if (typeof value === 'object' && value !== null && isCopy(copy)) open.push([value, copy]);
    }
  }
  return copied;
}

function copyOf(value: Json | undefined, direction: 1 | -1): Json | undefined {
  if (typeof value === 'number') return isInexact(value) ? value + direction * gapAt(value) : value;
  if (Array.isArray(value)) return [];
  return isJsonObject(value) ? {} : value;
}

/** The distance from this number to the next. A number holds 53 bits (IEEE 754). */
function gapAt(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);
}

function isCopy(value: Json | undefined): value is Exclude<Copy, undefined> & Json {
  return typeof value === 'object' && value !== null;
}
