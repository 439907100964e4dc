/** The first index in an ascending list whose id is greater than the given one. */
export function lowerBound(list: readonly string[], id: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = list[middle];
    if (at !== undefined && at > id) high = middle;
    else low = middle + 1;
  }
  return low;
}
