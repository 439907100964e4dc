/** Any value that JSON can hold. Data from Ory and Zoho has this type before a schema has checked it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** True for a JSON object. False for null, arrays and plain values. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON text that is the same for equal values, in any order of their keys. Lone surrogates and NUL are
 * escaped (JSON.stringify is well-formed), so any database can store the text.
 */
export function canonicalJson(value: Json): string {
  // Sorting takes three times as long as the rest, and a scan does this for every identity.
  return hasSortedKeys(value) ? JSON.stringify(value) : JSON.stringify(value, sortedKeys);
}

function hasSortedKeys(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (!isJsonObject(value)) {
    for (const item of value) if (!hasSortedKeys(item)) return false;
    return true;
  }
  let before = '';
  for (const key in value) {
    if (key < before || !hasSortedKeys(value[key] ?? null)) return false;
    before = key;
  }
  return true;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  // `__proto__` from JSON.parse is an own key. fromEntries keeps it as one instead of setting the prototype.
  return Object.fromEntries(keys.sort().map((key) => [key, value[key]]));
}
