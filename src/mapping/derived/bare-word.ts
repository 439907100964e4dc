/**
 * A word in the form in which lists have it: lower case, without dots, hyphens, brackets, slashes and marks.
 */
export function bareWord(word: string): string {
  return word.replaceAll(/[.()\-‐‑–/*®™℠©]/g, '').toLowerCase();
}

/** @param lists words in that form, with blanks between them */
export function wordList(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
