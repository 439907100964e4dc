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

/** Setting one of these would turn the contact into another person, so `otherwise` must not do it. */
const NOT_TO_BE_SET = ['Email', 'Last_Name'];

/** Checks the keys of a mapping against each other. */
export function keysAgree({ value: mapping, issues }: z.core.ParsePayload<Agreeing>): void {
  const fault = (path: string[], message: string, at: 'key' | 'value' = 'value') =>
    issues.push({ code: 'custom', input: mapping, path, message, params: { at } });
  const { module, when, otherwise, layout, fields } = mapping;
  const set = typeof otherwise === 'object' ? otherwise.set : {};

  if (when === undefined && otherwise !== 'leave') {
    fault(['otherwise'], 'is for identities that `when` excludes, but there is no `when`');
  }
  if (typeof otherwise === 'object' && Object.keys(set).length === 0) {
    fault(['otherwise', 'set'], 'has no fields');
  }
  for (const key of NOT_TO_BE_SET) {
    if (Object.hasOwn(set, key)) {
      fault(['otherwise', 'set', key], 'cannot be set, because the contact would no longer be that person');
    }
  }
  if (layout !== undefined && Object.hasOwn(fields, 'Layout')) {
    fault(['fields', 'Layout'], 'is already set by `layout`; remove one of them');
  }
  for (const [names, path] of [
    [fields, ['fields']],
    [set, ['otherwise', 'set']],
  ] as const) {
    for (const key of Object.keys(names)) {
      const meant = misspeltField(key, module);
      if (meant === undefined) continue;
      fault([...path, key], `is not a field of ${module}; did you mean ${meant}?`, 'key');
    }
  }
}
