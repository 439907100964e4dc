import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { depthThere } from './edit-json.ts';
import type { Path } from './hook-lists.ts';

/**
 * One configuration from the files that Kratos reads one after the other (`--config a.yml --config b.yml`).
 * Maps are merged. For everything else, including lists, the last file wins.
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
 * The file in which a list must be changed: the last file that has the list. If none has it, the last one
 * that has the longest part of its path.
 */
export function fileOf(configs: readonly JsonObject[], list: Path): number {
  const depths = configs.map((config) => depthThere(config, list));
  return depths.lastIndexOf(Math.max(...depths));
}
