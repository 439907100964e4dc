import { builtinFields, MODULES } from './builtin-fields.ts';
import type { Module } from './builtin-fields.ts';

/** Zoho's standard field with the same name apart from case, spaces, hyphens and underscores. */
export function misspeltField(name: string, module: Module): string | undefined {
  const fields = builtinFields(module);
  if (fields.has(name)) return undefined;
  return [...fields.keys()].find((apiName) => letters(apiName) === letters(name));
}

/**
 * Says that a text is not an API name, and which name was probably meant. Zoho makes API names from labels,
 * with `_` for spaces.
 */
export function apiNameFault(text: string): string {
  const standard = MODULES.map((module) => misspeltField(text, module)).find((name) => name !== undefined);
  const made = text.trim().replaceAll(/[\s-]+/g, '_');
  const meant = standard ?? (/^[A-Za-z]\w*$/.test(made) ? made : undefined);
  return `is not an API name of a field${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function letters(name: string): string {
  return name.replaceAll(/[\s_-]/g, '').toLowerCase();
}
