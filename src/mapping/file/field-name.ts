import { builtinFields, MODULES } from './builtin-fields.ts';
import type { Module } from './builtin-fields.ts';

/** Zoho's standard field that a name differs from in case, spaces, hyphens and underscores alone. */
export function misspeltField(name: string, module: Module): string | undefined {
  const fields = builtinFields(module);
  if (fields.has(name)) return undefined;
  return [...fields.keys()].find((apiName) => letters(apiName) === letters(name));
}

/**
 * Why text is no API name, and which one was probably meant: Zoho makes them of labels, with `_` for spaces.
 */
export function apiNameFault(text: string): string {
  const standard = MODULES.map((module) => misspeltField(text, module)).find((name) => name !== undefined);
  const made = text.trim().replaceAll(/[\s-]+/g, '_');
  const meant = standard ?? (/^[A-Za-z]\w*$/.test(made) ? made : undefined);
  return `is no API name of a field${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function letters(name: string): string {
  return name.replaceAll(/[\s_-]/g, '').toLowerCase();
}
