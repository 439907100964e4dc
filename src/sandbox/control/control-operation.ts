import type { z } from 'zod';

/** A control operation. It checks its arguments itself. */
export type ControlOperation = (args: unknown) => unknown;

/** Makes a control operation from the schema of its arguments and its implementation. */
export function operation<Schema extends z.ZodType<unknown[]>>(
  args: Schema,
  run: (...args: z.output<Schema>) => unknown,
): ControlOperation {
  return (given) => run(...args.parse(given));
}
