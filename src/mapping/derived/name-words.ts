/** Words of a full name that are not names: titles before it and suffixes after it. */
import { bareWord, wordList } from './bare-word.ts';

const TITLES = wordList('mr mrs ms miss mx dr prof herr frau mme mlle sr sra dipling');
/** Only with a dot and after another title (`Dr. rer. nat.`), because `Med` is a first name. */
const SUBTITLES = wordList(
  'med dent vet rer nat phil jur oec pol theol ing habil hc h c kfm kffr psych inf inform volksw betriebsw math phys chem biol soz päd',
);
/** Only with a dot, because `Mag` is a first name. */
const DOTTED_TITLES = wordList('mag mgr dipl');
/** `Dipl.-Kfm.` and similar titles. */
const DIPLOMA = /^dipl\.?-/i;
const SUFFIXES = wordList('jr sr');
/** Only in capitals, because `Iv` is a surname. */
const ROMAN_SUFFIX = /^(?:II|III|IV)$/;
/** Removes titles, unless nothing else would be left. */
export function withoutTitles(name: readonly string[]): readonly string[] {
  const start = name.findIndex((word, index) => !(index > 0 ? isOfTitle(word) : isTitle(word)));
  return start === -1 ? name : name.slice(start);
}

function isTitle(word: string): boolean {
  const letters = bareWord(word);
  return TITLES.has(letters) || DIPLOMA.test(word) || (word.endsWith('.') && DOTTED_TITLES.has(letters));
}

/** Whether a word is a title, or only occurs after one. */
export function isOfTitle(word: string): boolean {
  return isTitle(word) || (word.endsWith('.') && SUBTITLES.has(bareWord(word)));
}

/** Whether a word is a suffix such as Jr. or III. */
export function isSuffix(word: string): boolean {
  return SUFFIXES.has(bareWord(word)) || ROMAN_SUFFIX.test(word);
}
