/** Any value JSON can hold: what comes from Ory and Zoho before a schema has looked at it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** True for a JSON object, false for null, arrays and plain values. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON text that is the same for the same value, whatever the order of its keys. Lone surrogates and NUL come
 * out escaped (JSON.stringify is well-formed), so the text is plain enough for any database.
 */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  // `__proto__` from JSON.parse is an own key; fromEntries keeps it one instead of setting the prototype.
  return Object.fromEntries(keys.sort().map((key) => [key, value[key]]));
}
