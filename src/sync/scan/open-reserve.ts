import { keepCreditsHalf, readCreditsHalf } from '../../store/credits-half.ts';
import type { Store } from '../../store/open.ts';
import { Reserve } from './reserve.ts';

/** The reserve for this store's connection. */
export async function openReserve(store: Store): Promise<Reserve> {
  return new Reserve(await readCreditsHalf(store), (half) => {
    // If it cannot be saved now, Zoho will send it again.
    keepCreditsHalf(store, half).catch(() => {});
  });
}
