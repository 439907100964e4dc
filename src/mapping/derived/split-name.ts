import { isBlank } from '../value/blank.ts';
import {
  isBesideDegree,
  isDegree,
  isDegreeAfterComma,
  isUnknownCertificate,
  startsDegree,
} from './degrees.ts';
import { isOfTitle, isSuffix, withoutTitles } from './name-words.ts';
import { surnameStart } from './surname-start.ts';

/** A plain name in two parts. A missing part is undefined, never empty. */
export interface SplitName {
  readonly first?: string;
  readonly last?: string;
}

const NAMES_A_LETTER = /[\p{L}\p{N}]/u;
/**
 * The family name comes first in Chinese and Korean script, and in Japanese names that are not all Katakana.
 */
const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー々]+$/u;
const KATAKANA = /^[\p{Script=Katakana}ー]+$/u;

/**
 * Splits a full name into first and last name. No rules fit all names of the world, so it is an estimate.
 * - `Last, First` is split at its comma. Otherwise the last word, with the particles before it, is the last
 *   name.
 * - A single word is a last name, because Zoho requires one and needs no first name.
 * - Titles and degrees are removed, also after a comma (`First Last, PhD`). A suffix such as `Jr.` stays with
 *   the
 *   last name.
 * - Words without a letter or digit (emoji, dashes) are removed if other words are left.
 *
 * A blank text has neither part.
 */
export function splitName(name: string): SplitName {
  const [family = [], ...given] = withoutDegreeParts(
    name
      .split(/[,，]/)
      .map(meaningfulWords)
      .filter((part) => part.length > 0),
  ).map(withoutDegrees);
  const suffixes = [...takeSuffixParts(given), ...takeSuffixes(family)];
  if (given.length > 0) return parts(withoutTitles(given.flat()), [...withoutTitles(family), ...suffixes]);

  const all = withoutTitles(family);
  const start = isFamilyFirst(all) ? undefined : surnameStart(all);
  if (start === undefined) return parts(all.slice(1), all.slice(0, 1));
  return parts(all.slice(0, start), [...all.slice(start), ...suffixes]);
}

function meaningfulWords(text: string): string[] {
  // A zero-width space separates words although it is invisible. Other invisible marks are part of their
  // word.
  const all = text.split(/[\s\u200B]+/).filter((word) => !isBlank(word));
  const named = all.filter((word) => NAMES_A_LETTER.test(word));
  return named.length > 0 ? named : all;
}

/**
 * Removes the parts after a comma that are not names: `MD`, `Ph. D.`, `B.A. (Hons)`, `Dr. med.`, `PhD
 * candidate`. Initials that are not a known degree are a first name (`Tolkien, J.R.R.`).
 */
function withoutDegreeParts([name = [], ...others]: string[][]): string[][] {
  const isWhole = isFirstLast(name);
  const isOne = (word: string) => isDegreeAfterComma(word, isWhole) || isOfTitle(word);
  const isNoPerson = (part: string[]) =>
    isDegreeAfterComma(part.join(''), isWhole) ||
    part.every((word) => isOne(word) || (isWhole && isUnknownCertificate(word))) ||
    (part.some(isOne) && part.every((word) => isOne(word) || isBesideDegree(word))) ||
    (isWhole && startsDegree(part));
  return [name, ...others.filter((part) => !isNoPerson(part))];
}

/**
 * Whether it contains a first name, so that none follows its comma. A name in capitals may be `DE LA CRUZ,
 * ANA`.
 */
function isFirstLast(name: readonly string[]): boolean {
  return surnameStart(withoutTitles(name)) > 0 && name.some((word) => word !== word.toUpperCase());
}

/**
 * Removes the degrees at the end of a part (`Kim Oh PhD`), but never its only word. In capitals, `KIM MA`
 * keeps its last name.
 */
function withoutDegrees(part: string[]): string[] {
  const last = part.findLastIndex((word) => !isDegree(word));
  const rest = part.slice(0, Math.max(last, 0) + 1);
  const second = part[1]?.toLowerCase();
  const isName = rest.length === 1 && part.every(isInCapitals) && second !== undefined && !isDegree(second);
  return isName ? part.slice(0, 2) : rest;
}

function isInCapitals(word: string): boolean {
  return word === word.toUpperCase() && !word.includes('.');
}

/**
 * Removes and returns the parts that are only suffixes, as in `King, Martin Luther, Jr.` and `Martin Luther
 * King, Jr.`.
 */
function takeSuffixParts(given: string[][]): string[] {
  const last = given.at(-1);
  if (last === undefined || !last.every(isSuffix)) return [];
  given.pop();
  return last;
}

/** Removes and returns the suffixes at the end, but never the only word. */
function takeSuffixes(name: string[]): string[] {
  const count = name.length - 1 - name.findLastIndex((word) => !isSuffix(word));
  return count < name.length ? name.splice(name.length - count, count) : [];
}

function isFamilyFirst(name: readonly string[]): boolean {
  return name.every((word) => FAMILY_FIRST.test(word)) && !name.every((word) => KATAKANA.test(word));
}

function parts(first: readonly string[], last: readonly string[]): SplitName {
  return {
    ...(first.length > 0 && { first: first.join(' ') }),
    ...(last.length > 0 && { last: last.join(' ') }),
  };
}
