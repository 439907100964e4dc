import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Edit } from './edit.ts';
import { listAt } from './hook-lists.ts';
import type { Path } from './hook-lists.ts';

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** The configuration after an edit. */
export function editedJson(config: JsonObject, edit: Edit): JsonObject {
  const hooks = listAt(config, edit.list);
  return withList(config, edit.list, editedList(hooks, edit));
}

/**
 * An edit as a JSON Patch operation on the configuration that it was made for.
 * @param base path of that configuration, such as `/services`
 */
export function patchOperation(config: JsonObject, edit: Edit, base: string): PatchOperation {
  const at = (path: Path) =>
    `${base}/${path.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
  if (edit.kind === 'remove') return { op: 'remove', path: at([...edit.list, String(edit.index)]) };
  if (edit.kind === 'update') {
    return { op: 'replace', path: at([...edit.list, String(edit.index)]), value: edit.hook };
  }
  // JSON Patch creates no parents, so one operation adds everything from the first missing key on.
  const there = depthThere(config, edit.list);
  if (there === edit.list.length) return { op: 'add', path: at([...edit.list, '0']), value: edit.hook };
  const [missing, ...inner] = edit.list.slice(there);
  const value = inner.reduceRight<Json>((content, key) => ({ [key]: content }), [edit.hook]);
  return { op: 'add', path: at([...edit.list.slice(0, there), missing ?? '']), value };
}

function editedList(hooks: readonly Json[], edit: Edit): Json[] {
  if (edit.kind === 'add') return [edit.hook, ...hooks];
  return edit.kind === 'remove' ? hooks.toSpliced(edit.index, 1) : hooks.with(edit.index, edit.hook);
}

function withList(config: JsonObject, [key = '', ...rest]: Path, list: Json[]): JsonObject {
  const inner = config[key];
  return {
    ...config,
    [key]: rest.length === 0 ? list : withList(isJsonObject(inner) ? inner : {}, rest, list),
  };
}

/** How many keys of a path exist. */
export function depthThere(config: JsonObject, path: Path): number {
  let here: Json | undefined = config;
  for (const [depth, key] of path.entries()) {
    here = isJsonObject(here) ? here[key] : undefined;
    if (here === undefined) return depth;
  }
  return path.length;
}
