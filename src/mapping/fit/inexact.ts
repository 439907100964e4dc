/**
 * Whole numbers beyond 2^53, whose last digits JavaScript has lost when it read them from JSON. What an
 * expression makes of one is sound only where it would make the same of the numbers next to it.
 */
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import type { ExpressionInput } from '../expression/expression.ts';

function isInexact(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Whether there is one in a value, however deep. */
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
 * The same input with the next number up, and down, in place of each such number: one of them is beyond the
 * true one. None: there is no such number.
 */
export function neighbours(input: ExpressionInput): readonly ExpressionInput[] {
  const isAny = Object.values(input).some((value) => value !== undefined && hasInexact(value));
  return isAny ? [shifted(input, 1), shifted(input, -1)] : [];
}

type Copy = Json[] | { [key: string]: Json | undefined };

/** Users nest their traits as deep as they like: no recursion. */
function shifted(input: ExpressionInput, direction: 1 | -1): ExpressionInput {
  const copied: { [key: string]: Json | undefined } = {};
  const open: [from: object, to: Copy][] = [[input, copied]];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [from, to] = one;
    for (const [key, value] of Object.entries<Json | undefined>({ ...from })) {
      const copy = copyOf(value, direction);
      // Assigned, a key `__proto__` would set the prototype.
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

/** Between this number and the next: a number holds 53 bits (IEEE 754). */
function gapAt(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);
}

function isCopy(value: Json | undefined): value is Exclude<Copy, undefined> & Json {
  return typeof value === 'object' && value !== null;
}
