import { parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { spliceFor } from './yaml-splice.ts';
import { unknownLayout } from './yaml-layout.ts';
import { editedJson } from './edit-json.ts';
import type { Edit, NextEdit } from './edit.ts';
import { isOurs } from './our-hook.ts';

/** More than a configuration can need: one edit for each list, and as many again to correct. */
const MOST_EDITS = 200;

/**
 * Edits the text of a kratos.yml until `next` has nothing more to do. Every byte outside our hooks stays: comments,
 * order, quoting, line breaks. What comes out is read again, and is the same configuration but for our hooks.
 * @throws ConfigurationError for what is no YAML map, and for layouts in which an edit would touch more than our hooks
 */
export function editKratosText(
  text: string,
  next: NextEdit,
  body: string,
): { readonly text: string; readonly edits: readonly Edit[] } {
  const edits: Edit[] = [];
  let current = text;
  for (;;) {
    const { document, config } = readKratosText(current);
    const edit = next(config);
    if (edit === undefined) return { text: current, edits };
    // Lists shared by an alias but wanting different hooks would go on for ever.
    if (edits.length === MOST_EDITS) throw unknownLayout('lists of different flows are one by a YAML alias');
    const { start, end, text: fresh } = spliceFor(current, document, edit);
    current = current.slice(0, start) + fresh + current.slice(end);
    edits.push(edit);
    if (withoutOurs(readAgain(current), body) !== withoutOurs(editedJson(config, edit), body)) {
      throw unknownLayout(`a change of ${edit.list.join('.')} would change something else`);
    }
  }
}

/** @throws ConfigurationError naming line and column of what is wrong */
export function readKratosText(text: string): { document: Document; config: JsonObject } {
  if (text.trimStart().startsWith('{') && isJson(text)) {
    throw new ConfigurationError('kratos_json', 'The file is JSON; only YAML is edited.', {
      hint: 'Use `ory-zoho actions print --format json-patch`.',
    });
  }
  const [document, another] = parseAllDocuments(text, { merge: true, keepSourceTokens: true });
  if (document === undefined || another !== undefined) throw notKratos('It is not one YAML document.');
  const [error] = document.errors;
  if (error !== undefined) throw notKratos(`It is no valid YAML: ${error.message.split('\n')[0] ?? ''}`);
  const config = valueOf(document);
  if (!isJsonObject(config) || !isJsonObject(config['selfservice'])) {
    throw notKratos('It has no `selfservice`.');
  }
  return { document, config };
}

/** Aliases that lead nowhere, or to a thousand copies, show only here. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw notKratos(`It is no valid YAML: ${messageOf(error)}`);
  }
}

function readAgain(text: string): JsonObject {
  try {
    return readKratosText(text).config;
  } catch {
    throw unknownLayout('the changed text would be no valid YAML');
  }
}

function notKratos(why: string): ConfigurationError {
  return new ConfigurationError('kratos_file', `This is no configuration of Ory Kratos. ${why}`, {
    hint: 'Give the kratos.yml with --kratos.',
  });
}

/** A configuration without our hooks, and without what is empty for want of them, as text to compare. */
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
