import type { JsonObject } from '../../model/json.ts';
import { editedJson, patchOperation } from './edit-json.ts';
import type { PatchOperation } from './edit-json.ts';
import type { Edit, NextEdit } from './edit.ts';

/**
 * The path of the identity configuration in a JSON Patch of a project (Ory API, `PATCH
 * /projects/{project_id}`).
 */
export const CONFIG_IN_PROJECT = '/services/identity/config';

/**
 * The edits of a project's identity configuration until `next` has nothing more to do, and the JSON Patch
 * that makes them.
 */
export function planProjectEdits(
  config: JsonObject,
  next: NextEdit,
): { readonly edits: readonly Edit[]; readonly patch: readonly PatchOperation[] } {
  const edits: Edit[] = [];
  const patch: PatchOperation[] = [];
  let current = config;
  for (let edit = next(current); edit !== undefined; edit = next(current)) {
    edits.push(edit);
    patch.push(patchOperation(current, edit, CONFIG_IN_PROJECT));
    current = editedJson(current, edit);
  }
  return { edits, patch };
}
