import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';

/**
 * The values of an object by the letters of their keys. `firstName`, `first-name` and `FIRST_NAME` are the
 * same key.
 */
export type ByLetters = ReadonlyMap<string, readonly Json[]>;

const NOTHING: ByLetters = new Map();

/**
 * Reads an object by its keys, ignoring case, `_` and `-`. A value that is not an object has no keys. If a
 * key has several spellings, they come in reverse order of their character codes: `first_name`, `firstName`,
 * `first-name`, `FirstName`, `FIRST_NAME`. The object's own order means nothing, because Jsonnet and
 * databases sort keys.
 */
export function byLetters(value: Json | undefined): ByLetters {
  if (!isJsonObject(value)) return NOTHING;
  const found = new Map<string, Json[]>();
  for (const key of Object.keys(value).toSorted().toReversed()) {
    const inner = value[key];
    if (inner === undefined || inner === null) continue;
    const letters = lettersOf(key);
    const values = found.get(letters);
    if (values === undefined) found.set(letters, [inner]);
    else values.push(inner);
  }
  return found;
}

/**
 * The values under the keys, key by key.
 * @param keys in lower-case letters
 */
export function* valuesUnder(object: ByLetters, keys: readonly string[]): Generator<Json> {
  for (const key of keys) yield* object.get(key) ?? [];
}

function lettersOf(key: string): string {
  return key.replaceAll(/[_-]/g, '').toLowerCase();
}
