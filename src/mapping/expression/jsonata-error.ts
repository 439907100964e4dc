import { z } from 'zod';
import { messageOf } from '../../errors.ts';

/** JSONata throws plain objects, not errors. */
const jsonataError = z.object({
  code: z.string(),
  message: z.string().optional(),
  position: z.number().optional(),
  value: z.unknown().optional(),
});

const TOO_LONG_A_LIST = 'It makes a list that is too long.';
const LIMITS: ReadonlyMap<string, string> = new Map([
  ['D1011', 'It recurses too deeply.'],
  ['D1012', 'It takes too long.'],
  ['D2014', TOO_LONG_A_LIST],
  ['D2015', TOO_LONG_A_LIST],
]);

/** Why JSONata cannot read an expression, and where. */
export function syntaxFault(error: unknown): string {
  const { data } = jsonataError.safeParse(error);
  return data === undefined
    ? messageOf(error)
    : `${data.message ?? data.code}${positionWords(data.position)}`;
}

/**
 * Why JSONata cannot evaluate an expression. If the error has a value, its message repeats it, so only the
 * code is shown.
 */
export function runTimeProblem(error: unknown): string {
  const { data } = jsonataError.safeParse(error);
  if (data === undefined) return messageOf(error);
  const words = data.value === undefined ? data.message : undefined;
  return LIMITS.get(data.code) ?? `${words ?? `JSONata error ${data.code}`}${positionWords(data.position)}`;
}

/** The position in an expression, in words. Empty if JSONata does not give one. */
export function positionWords(position: unknown): string {
  return typeof position === 'number' ? ` (at character ${position})` : '';
}
