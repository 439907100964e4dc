import type { TokenCache, TokenRow } from '../../model/token-cache.ts';

/** A token cache for one run, where nothing of it may be kept, or can be: `init`, and a user without a home folder. */
export function memoryTokenCache(): TokenCache {
  const rows = new Map<string, TokenRow>();
  return {
    read: (key) => Promise.resolve(rows.get(key)),
    update(key, change) {
      const row = change(rows.get(key), Date.now());
      if (row !== undefined) rows.set(key, row);
      return Promise.resolve(rows.get(key));
    },
  };
}
