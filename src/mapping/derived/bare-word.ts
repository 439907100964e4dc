/** A word as it is looked up in a list: in lower case, without dots, hyphens, brackets, strokes and marks. */
export function bareWord(word: string): string {
  return word.replaceAll(/[.()\-‐‑–/*®™℠©]/g, '').toLowerCase();
}

/** @param lists of words in that form, with blanks between */
export function wordList(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
