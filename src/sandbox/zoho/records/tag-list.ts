import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { Edition } from '../zoho-settings.ts';

/**
 * How many tags a record and a module may have (Zoho CRM help, "Tagging records", which does not mention a
 * free edition).
 */
const LIMITS: { readonly [Name in Edition]: { readonly record: number; readonly module: number } } = {
  free: { record: 5, module: 20 },
  standard: { record: 5, module: 20 },
  professional: { record: 10, module: 60 },
  enterprise: { record: 10, module: 100 },
  ultimate: { record: 10, module: 200 },
};

/** How many tags a record and a module of this edition can have. */
export function tagLimits(edition: Edition): { readonly record: number; readonly module: number } {
  return LIMITS[edition];
}

/** The tags of one module. The name identifies a tag, ignoring case. */
export class TagList {
  readonly #tags = new Map<string, JsonObject>();

  get size(): number {
    return this.#tags.size;
  }

  has(name: string): boolean {
    return this.#tags.has(name.toLowerCase());
  }

  /** The tag with this name. It is created if it does not exist. */
  named(name: string): JsonObject {
    const known = this.#tags.get(name.toLowerCase());
    if (known !== undefined) return known;
    const id = `7328395${String(1_140_001 + 2 * this.#tags.size).padStart(12, '0')}`;
    const tag = { name, id, color_code: null };
    this.#tags.set(name.toLowerCase(), tag);
    return tag;
  }

  clear(): void {
    this.#tags.clear();
  }
}

/** The names in the `Tag` value of a record. Writes need no tag ids. */
export function tagNames(value: Json | undefined): readonly string[] {
  const tags = Array.isArray(value) ? value.filter(isJsonObject) : [];
  return tags.map((tag) => tag['name']).filter((name) => typeof name === 'string');
}
