import type { Connection } from './connection.ts';

/**
 * Runs all at once. While the connection is tested, one after the other, so that a call that fails is the last
 * one (rule 13).
 */
export async function inTurn<Item, Result>(
  connection: Pick<Connection, 'isTested'>,
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (!connection.isTested) return [...results, ...(await Promise.all(items.slice(index).map(run)))];
    results.push(await run(item));
  }
  return results;
}
