/** Words of a full name that are no name: titles before it, degrees and suffixes behind it. */

const TITLES = words('mr mrs ms miss mx dr prof herr frau mme mlle sr sra dipling');
/** With a dot and behind another title only (`Dr. rer. nat.`): `Med` is a first name. */
const SUBTITLES = words('med dent vet rer nat phil jur oec pol theol ing habil hc h c');
const SUFFIXES = words('jr sr');
/** In capitals only: `Iv` is a surname. */
const ROMAN_SUFFIX = /^(?:II|III|IV)$/;
/** In any case: none of these is a name. */
const DEGREES = words(
  'phd dphil edd dba jd llb llm dds dmd dvm pharmd mba msc bsc mphil meng beng mfa bfa mres mpa mph mha msw bba bcom mcom cpa cfa esq facs facp frcs frcp mrcp mrcs mbbs chb bchir bds mchem mpharm bed dsc dlitt thd psyd dnp pmp hons',
);
/** In capitals or with dots only: `Ma`, `Ba`, `Do` and `Md` are names. */
const SHORT_DEGREES = words('ma ba md do rn bs ms jd pe ra');

/** Titles go unless nothing else is left. */
export function withoutTitles(name: readonly string[]): readonly string[] {
  const start = name.findIndex((word, index) => !(index > 0 ? isOfTitle(word) : isTitle(word)));
  return start === -1 ? name : name.slice(start);
}

function isTitle(word: string): boolean {
  return TITLES.has(bare(word));
}

/** A title, or what only stands behind one. */
export function isOfTitle(word: string): boolean {
  return isTitle(word) || (word.endsWith('.') && SUBTITLES.has(bare(word)));
}

export function isDegree(word: string): boolean {
  const letters = bare(word);
  if (DEGREES.has(letters)) return true;
  return SHORT_DEGREES.has(letters) && (word === word.toUpperCase() || /\w\.\w/.test(word));
}

export function isSuffix(word: string): boolean {
  return SUFFIXES.has(bare(word)) || ROMAN_SUFFIX.test(word);
}

function bare(word: string): string {
  return word.replaceAll(/[.()-]/g, '').toLowerCase();
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
