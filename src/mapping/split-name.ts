import { isBlank } from './blank.ts';

/** A plain name in two parts; a part that is not there is missing, never empty. */
export interface SplitName {
  readonly first?: string;
  readonly last?: string;
}

/** Words before a surname that belong to it, in any case: `van Gogh`, `de la Cruz`, `Al Rashid`. */
const PARTICLES = words(
  'van von der den de del della di da das do dos du des la las le los el al bin bint ibn zu zum zur vom af av ter ten te st',
);
const TITLES = words('mr mrs ms miss mx dr prof herr frau mme mlle sr sra');
const SUFFIXES = words('jr sr phd md esq');
/** In capitals only: `Iv` is a surname. */
const ROMAN_SUFFIX = /^(?:II|III|IV)$/;

const NAMES_A_LETTER = /[\p{L}\p{N}]/u;
/** Names in Chinese and Korean script, and Japanese ones that are not all Katakana, have the family name first. */
const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー々]+$/u;
const KATAKANA = /^[\p{Script=Katakana}ー]+$/u;

/**
 * Splits a name that is one text into first and last name, as well as that can be done for names of the world:
 * `Last, First` by its comma; else the last word with the particles before it is the last name, and all before it the
 * first name. One word is a last name (Zoho demands one, a first name it does not). Titles go, a suffix such as `Jr.` stays with the last name,
 * words without a letter or digit (emoji, dashes) go where other words are left. Only blanks: neither part.
 */
export function splitName(name: string): SplitName {
  const [family = [], ...given] = name
    .split(/[,，]/)
    .map(meaningfulWords)
    .filter((part) => part.length > 0);
  const suffixes = [...takeSuffixParts(given), ...takeSuffixes(family)];
  if (given.length > 0) return parts(withoutTitles(given.flat()), [...withoutTitles(family), ...suffixes]);

  const all = withoutTitles(family);
  const start = isFamilyFirst(all) ? undefined : surnameStart(all);
  if (start === undefined) return parts(all.slice(1), all.slice(0, 1));
  return parts(all.slice(0, start), [...all.slice(start), ...suffixes]);
}

function meaningfulWords(text: string): string[] {
  // A zero-width space separates words that nobody sees apart; other invisible marks are part of their word.
  const all = text.split(/[\s\u200B]+/).filter((word) => !isBlank(word));
  const named = all.filter((word) => NAMES_A_LETTER.test(word));
  return named.length > 0 ? named : all;
}

/** Takes the parts that are only suffixes off `King, Martin Luther, Jr.` and `Martin Luther King, Jr.`. */
function takeSuffixParts(given: string[][]): string[] {
  const last = given.at(-1);
  if (last === undefined || !last.every(isSuffix)) return [];
  given.pop();
  return last;
}

/** Takes the suffixes off the end, but never the only word. */
function takeSuffixes(name: string[]): string[] {
  const count = name.length - 1 - name.findLastIndex((word) => !isSuffix(word));
  return count < name.length ? name.splice(name.length - count, count) : [];
}

function isSuffix(word: string): boolean {
  return SUFFIXES.has(bare(word)) || ROMAN_SUFFIX.test(word);
}

/** Titles go unless nothing else is left. */
function withoutTitles(name: readonly string[]): readonly string[] {
  const start = name.findIndex((word) => !TITLES.has(bare(word)));
  return start === -1 ? name : name.slice(start);
}

function isFamilyFirst(name: readonly string[]): boolean {
  return name.every((word) => FAMILY_FIRST.test(word)) && !name.every((word) => KATAKANA.test(word));
}

/** Where the last name begins: at its particles, leaving a first name unless the name begins with a small particle. */
function surnameStart(name: readonly string[]): number {
  let start = Math.max(name.length - 1, 0);
  while (start > 1 && isParticle(name[start - 1])) start -= 1;
  // `van Beethoven` is a last name, `Van Morrison` has a first one.
  return start === 1 && isParticle(name[0]) && name[0] === name[0]?.toLowerCase() ? 0 : start;
}

function isParticle(word: string | undefined): boolean {
  return word !== undefined && PARTICLES.has(bare(word));
}

function bare(word: string): string {
  return word.replaceAll('.', '').toLowerCase();
}

function parts(first: readonly string[], last: readonly string[]): SplitName {
  return {
    ...(first.length > 0 && { first: first.join(' ') }),
    ...(last.length > 0 && { last: last.join(' ') }),
  };
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
