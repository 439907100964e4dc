/**
 * `npm run test:slow` runs each story under every circumstance it may depend on, `npm test` only under some.
 */
export const EVERY_CIRCUMSTANCE = process.env['EVERY_CIRCUMSTANCE'] === 'yes';

/** @param few the names of those that `npm test` runs */
export function told<Circumstance extends readonly [string, ...unknown[]]>(
  all: readonly Circumstance[],
  ...few: readonly string[]
): Circumstance[] {
  return all.filter(([name]) => EVERY_CIRCUMSTANCE || few.includes(name));
}
