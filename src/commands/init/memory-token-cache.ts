import type { TokenCache, TokenRow } from '../../model/token-cache.ts';

/** A token cache for one run: `init` needs no store, and what it tries out may never be saved. */
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
