import type { Document } from 'yaml';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { spliceFor } from './yaml-splice.ts';
import { unknownLayout } from './yaml-layout.ts';
import { editedJson } from './edit-json.ts';
import type { Edit, NextEdit } from './edit.ts';
import { isOurs } from './our-hook.ts';
import { fileOf, mergedConfig } from './merged-config.ts';
import { readKratosText, withSelfservice } from './read-kratos-text.ts';

/**
 * More than a configuration can need, which is one edit for each list, and as many again to correct hooks.
 */
const MOST_EDITS = 200;

/**
 * Edits the texts of a configuration until `next` has nothing more to do. They are one kratos.yml, or the
 * files that Kratos reads one after the other. Every byte outside our hooks stays: comments, order, quoting,
 * line breaks. The result is parsed again. It must be the same configuration apart from our hooks.
 * @returns the texts in the same order
 * @throws ConfigurationError for a text that is not a YAML map, and for layouts in which an edit would touch
 * more
 *   than our hooks
 */
export function editKratosTexts(
  texts: readonly string[],
  next: NextEdit,
  body: string,
): { readonly texts: readonly string[]; readonly edits: readonly Edit[] } {
  const edits: Edit[] = [];
  let current = texts;
  for (;;) {
    const files = current.map((text) => ({ text, ...readKratosText(text) }));
    const configs = files.map(({ config }) => config);
    const edit = next(withSelfservice(mergedConfig(configs)));
    if (edit === undefined) return { texts: current, edits };
    // Without this limit it would never end for lists that share an alias but want different hooks.
    if (edits.length === MOST_EDITS) throw unknownLayout('different flows share one list by a YAML alias');
    const at = fileOf(configs, edit.list);
    current = files.map((file, index) => (index === at ? editedText(file, edit, body) : file.text));
    edits.push(edit);
  }
}

/** Like `editKratosTexts`, for one file. */
export function editKratosText(
  text: string,
  next: NextEdit,
  body: string,
): { readonly text: string; readonly edits: readonly Edit[] } {
  const { texts, edits } = editKratosTexts([text], next, body);
  return { text: texts[0] ?? text, edits };
}

interface KratosFile {
  readonly text: string;
  readonly document: Document;
  readonly config: JsonObject;
}

function editedText({ text, document, config }: KratosFile, edit: Edit, body: string): string {
  const { start, end, text: fresh } = spliceFor(text, document, edit);
  const edited = text.slice(0, start) + fresh + text.slice(end);
  if (withoutOurs(readAgain(edited), body) === withoutOurs(editedJson(config, edit), body)) return edited;
  throw unknownLayout(`changing ${edit.list.join('.')} would change something else`);
}

function readAgain(text: string): JsonObject {
  try {
    return readKratosText(text).config;
  } catch {
    throw unknownLayout('the changed text would not be valid YAML');
  }
}

/**
 * A configuration without our hooks and without everything that is empty when they are gone, as text to
 * compare.
 */
function withoutOurs(config: JsonObject, body: string): string {
  return canonicalJson(pruned(config, body) ?? null);
}

function pruned(value: Json, body: string): Json | undefined {
  if (Array.isArray(value)) {
    const kept = value.filter((item) => !isOurs(item, body)).map((item) => pruned(item, body) ?? null);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    const rest = pruned(inner, body);
    return rest === undefined ? [] : [[key, rest]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
