import type { Sabotage } from './sabotage.ts';

/**
 * The source of its file with the sabotage.
 * @throws if the text does not occur exactly once, because then the list is out of date
 */
export function brokenSource({ name, file, find, replace }: Sabotage, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${name}": ${file} must have this text exactly once: ${find}`);
  }
  return before + replace + after;
}
