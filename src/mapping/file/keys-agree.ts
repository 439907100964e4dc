import type { z } from 'zod';
import type { Module } from './builtin-fields.ts';
import { misspeltField } from './field-name.ts';

/** The keys of a mapping that must agree with each other. */
interface Agreeing {
  readonly module: Module;
  readonly when?: string | undefined;
  readonly otherwise: string | { readonly set: object };
  readonly layout?: string | undefined;
  readonly fields: object;
}

/** What would make another person of the contact: no consequence of `when`. */
const NOT_TO_BE_SET = ['Email', 'Last_Name'];

/** A check of a whole mapping: what no key says by itself. */
export function keysAgree({ value: mapping, issues }: z.core.ParsePayload<Agreeing>): void {
  const fault = (path: string[], message: string, at: 'key' | 'value' = 'value') =>
    issues.push({ code: 'custom', input: mapping, path, message, params: { at } });
  const { module, when, otherwise, layout, fields } = mapping;
  const set = typeof otherwise === 'object' ? otherwise.set : {};

  if (when === undefined && otherwise !== 'leave') {
    fault(['otherwise'], 'says what becomes of those whom `when` excludes, and there is no `when`');
  }
  if (typeof otherwise === 'object' && Object.keys(set).length === 0) {
    fault(['otherwise', 'set'], 'names no field');
  }
  for (const key of NOT_TO_BE_SET) {
    if (Object.hasOwn(set, key)) {
      fault(['otherwise', 'set', key], 'cannot be set: the contact would no longer be that person');
    }
  }
  if (layout !== undefined && Object.hasOwn(fields, 'Layout')) {
    fault(['fields', 'Layout'], 'is what `layout` sets: take one of them out');
  }
  for (const [names, path] of [
    [fields, ['fields']],
    [set, ['otherwise', 'set']],
  ] as const) {
    for (const key of Object.keys(names)) {
      const meant = misspeltField(key, module);
      if (meant === undefined) continue;
      fault([...path, key], `is no field of ${module}; did you mean ${meant}?`, 'key');
    }
  }
}
