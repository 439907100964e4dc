/** Stories are told under every circumstance that they could depend on (`npm run test:slow`); else under some (`npm test`). */
export const EVERY_CIRCUMSTANCE = process.env['EVERY_CIRCUMSTANCE'] === 'yes';

/** @param few the names of those that `npm test` takes */
export function told<Circumstance extends readonly [string, ...unknown[]]>(
  all: readonly Circumstance[],
  ...few: readonly string[]
): Circumstance[] {
  return all.filter(([name]) => EVERY_CIRCUMSTANCE || few.includes(name));
}
