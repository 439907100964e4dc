import { keepCreditsHalf, readCreditsHalf } from '../../store/credits-half.ts';
import type { Store } from '../../store/open.ts';
import { Reserve } from './reserve.ts';

/** The reserve of this store's connection. */
export async function openReserve(store: Store): Promise<Reserve> {
  return new Reserve(await readCreditsHalf(store), (half) => {
    // Not kept this time, it is heard again.
    keepCreditsHalf(store, half).catch(() => {});
  });
}
