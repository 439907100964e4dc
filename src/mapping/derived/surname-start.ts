/**
 * Words before a surname that belong to it, in upper and lower case: `van Gogh`, `de la Cruz`, `Al Rashid`.
 */
const PARTICLES = words(
  'van von der den dem de del della dello delle degli dei di da dal dalla das do dos du des la las le los el het al bin bint ibn zu zum zur vom af av ter ten te st t',
);
/** Only in lower case, because `In`, `Op` and `Li` are names. */
const SMALL_PARTICLES = words('in op aan auf');
/** Only in lower case and between two surnames: `Ortega y Gasset`, `Costa e Silva`, `Puig i Cadafalch`. */
const JOINS_SURNAMES = words('y e i');
/** Only between two particles: `von und zu`. */
const JOINS_PARTICLES = words('und');

/**
 * Where the last name begins in a name with the first name first. It begins at its particles. At least one
 * word remains as first name, unless the name begins with a small particle (`van Beethoven` is only a last
 * name, but `Van Morrison` has a first name).
 */
export function surnameStart(name: readonly string[]): number {
  let start = Math.max(name.length - 1, 0);
  for (;;) {
    const count = countBefore(name, start);
    if (count === 0) return start;
    if (count === start) return isSmall(name[0]) ? 0 : start;
    start -= count;
  }
}

/** How many of the words directly before this one belong to it. */
function countBefore(name: readonly string[], start: number): number {
  const [second, first] = [name[start - 2], name[start - 1]];
  if (first === undefined) return 0;
  if (isParticle(first)) return 1;
  if (second === undefined) return 0;
  if (JOINS_PARTICLES.has(first) && isParticle(second)) return 2;
  return JOINS_SURNAMES.has(first) && start > 2 ? 2 : 0;
}

function isParticle(word: string): boolean {
  return SMALL_PARTICLES.has(word) || PARTICLES.has(word.replaceAll(/[.'’‘]/g, '').toLowerCase());
}

function isSmall(word: string | undefined): boolean {
  return word !== undefined && word === word.toLowerCase();
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
