/**
 * The word that was probably meant. It is the one with the fewest letters added, left out, changed or swapped
 * with the next, ignoring case. Undefined if even this one differs in more than a third of its letters.
 */
export function nearestWord(typed: string, words: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const word of words) {
    // Each letter of difference in length is one change.
    if (Math.abs(word.length - typed.length) >= fewest) continue;
    const distance = changesBetween(typed.toLowerCase(), word.toLowerCase());
    if (distance < fewest) [nearest, fewest] = [word, distance];
  }
  return nearest;
}

/** `; did you mean …?`, or an empty text if no word is close. */
export function suggestion(typed: unknown, words: Iterable<string>): string {
  const nearest = typeof typed === 'string' ? nearestWord(typed, words) : undefined;
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** The optimal string alignment distance, row by row of its table. */
function changesBetween(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const ways = [
        at(current, column - 1) + 1,
        at(last, column) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      ];
      current.push(Math.min(...ways));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
