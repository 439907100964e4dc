import type { Json } from '../../model/json.ts';
import { isBlank } from '../value/blank.ts';
import { cleanLine } from '../value/plain-text.ts';
import { withoutTitles } from './name-words.ts';
import { splitName } from './split-name.ts';
import type { SplitName } from './split-name.ts';
import { byLetters, valuesUnder } from './trait-keys.ts';
import type { ByLetters } from './trait-keys.ts';

export interface Names {
  readonly first_name: string | undefined;
  readonly last_name: string | undefined;
  readonly full_name: string | undefined;
}

/** In lower-case letters (`trait-keys.ts`). The first one with text counts. */
const FIRST = ['first', 'given', 'givenname', 'firstname', 'forename', 'fname'];
const LAST = ['last', 'family', 'familyname', 'lastname', 'surname', 'lname'];
const FULL = ['fullname'];
const NAME_OBJECTS = ['name', 'fullname', 'names'];
const DISPLAY = ['displayname'];
/** Inside `name: { … }`. `formatted` is SCIM's (RFC 7643, 4.1.1). */
const FULL_INSIDE = ['full', 'fullname', 'formatted', 'displayname'];

/**
 * The names in traits, in the forms of Ory's presets, quickstarts and integration examples. There may be two
 * halves (at the top or inside `name`), one plain text, or one half and a plain text.
 */
export function namesOf(traits: Json | undefined): Names {
  const top = byLetters(traits);
  const inside = insideOfName(top);
  const first = textUnder(inside, FIRST) ?? textUnder(top, FIRST);
  const last = textUnder(inside, LAST) ?? textUnder(top, LAST);
  const plain = {
    full: textUnder(top, FULL) ?? textUnder(inside, FULL_INSIDE),
    name: textUnder(top, ['name']) ?? textUnder(inside, ['name']),
    display: textUnder(top, DISPLAY),
  };
  const whole = plain.full ?? plain.name ?? plain.display;
  if (first === undefined && last === undefined) {
    const split = whole === undefined ? {} : splitName(whole);
    return { first_name: split.first, last_name: split.last, full_name: whole };
  }
  return first === undefined || last === undefined
    ? withOtherHalf(plain, first, last)
    : { first_name: first, last_name: last, full_name: whole ?? `${first} ${last}` };
}

interface Plain {
  readonly full: string | undefined;
  readonly name: string | undefined;
  readonly display: string | undefined;
}

/**
 * One half has its own key. The other half is the rest of a plain name that contains the first. A plain name
 * that does not contain it may be a nickname and adds nothing. The key `name` is an exception: next to a
 * surname it is the first name, and next to a first name the last name.
 */
function withOtherHalf(plain: Plain, first: string | undefined, last: string | undefined): Names {
  const known = first ?? last ?? '';
  const wanted = first === undefined ? 'first' : 'last';
  const rest = restOf(plain.name, known, wanted) ?? restOf(plain.full, known, wanted);
  const isHalf = rest === undefined && plain.name !== undefined && !isSame(plain.name, known);
  const half = isHalf && plain.name !== undefined ? withoutTitle(plain.name) : undefined;
  const other = rest ?? half ?? restOf(plain.display, known, wanted);
  const [first_name, last_name] = wanted === 'first' ? [other, last] : [first, other];
  const whole = plain.full ?? (isHalf ? undefined : plain.name) ?? plain.display;
  const joined = [first_name, last_name].filter((text) => text !== undefined).join(' ');
  return { first_name, last_name, full_name: whole ?? joined };
}

/** The rest of a plain name without the half that is known. Undefined if that half is not in it. */
function restOf(plain: string | undefined, known: string, wanted: keyof SplitName): string | undefined {
  if (plain === undefined) return undefined;
  const split = splitName(plain);
  const other = wanted === 'first' ? split.last : split.first;
  if (other !== undefined && isSame(other, known)) return split[wanted];
  const words = plain.split(' ');
  const count = known.split(' ').length;
  if (words.length <= count) return undefined;
  if (isSame(words.slice(0, count).join(' '), known)) return withoutTitle(words.slice(count).join(' '));
  const ends = isSame(words.slice(-count).join(' '), known);
  return ends ? withoutTitle(words.slice(0, -count).join(' ')) : undefined;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function withoutTitle(name: string): string {
  return withoutTitles(name.split(' ')).join(' ');
}

function insideOfName(top: ByLetters): ByLetters {
  for (const value of valuesUnder(top, NAME_OBJECTS)) {
    const inside = byLetters(value);
    if (inside.size > 0) return inside;
  }
  return new Map();
}

/** The first of the keys with text. White space in it is normalized. */
function textUnder(object: ByLetters, keys: readonly string[]): string | undefined {
  for (const value of valuesUnder(object, keys)) {
    const text = typeof value === 'string' ? cleanLine(value).replaceAll(/\s+/g, ' ') : '';
    if (!isBlank(text)) return text;
  }
  return undefined;
}
