import type { TokenCache, TokenRow } from '../../model/token-cache.ts';

/**
 * A token cache for one run: for `init`, which must not keep the token, and for users without a home folder.
 */
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
