import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { depthThere } from './edit-json.ts';
import type { Path } from './hook-lists.ts';

/**
 * One configuration out of the files that Kratos reads one after the other (`--config a.yml --config b.yml`):
 * maps are merged, and of everything else, lists too, the last file's counts.
 */
export function mergedConfig(configs: readonly JsonObject[]): JsonObject {
  return configs.reduce<JsonObject>(merged, {});
}

function merged(before: JsonObject, after: JsonObject): JsonObject {
  const entries = Object.entries(after).map(([key, value]): [string, JsonObject[string]] => {
    const old = before[key];
    return [key, isJsonObject(old) && isJsonObject(value) ? merged(old, value) : value];
  });
  return { ...before, ...Object.fromEntries(entries) };
}

/**
 * The file that a change of a list belongs into: the last that has the list, else the last that has most of
 * the way to it.
 */
export function fileOf(configs: readonly JsonObject[], list: Path): number {
  const depths = configs.map((config) => depthThere(config, list));
  return depths.lastIndexOf(Math.max(...depths));
}
