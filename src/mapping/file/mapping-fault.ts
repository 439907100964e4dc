import type { z } from 'zod';
import { keysAt } from './mapping-schema.ts';
import { suggestion } from '../expression/nearest-word.ts';

/** Something wrong in a mapping, and whether the key or the value at `path` is it. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** What a finding of the schema says in the words of the file. */
export function faultsOf(issue: z.core.$ZodIssue, within: readonly PropertyKey[] = []): Fault[] {
  const { message } = issue;
  const path = [...within, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: unknownKey(path, key) }));
    case 'custom':
      return [{ path, at: issue.params?.['at'] === 'key' ? 'key' : 'value', message }];
    case 'invalid_key':
      return [{ path, at: 'key', message: issue.issues[0]?.message ?? message }];
    case 'invalid_union': {
      const meant = issue.errors.find(isOfRightType);
      if (meant === undefined) return [{ path, at: 'value', message }];
      return meant.flatMap((inner) => faultsOf(inner, path));
    }
    default:
      return [{ path, at: 'value', message }];
  }
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  // API names of Zoho begin with a capital, keys of a mapping never do.
  const isField = path.length === 0 && /^[A-Z]/.test(key);
  const meant = isField ? '; fields stand below fields:' : suggestion(key, keysAt(path));
  return `is no key of a mapping${meant}`;
}

/** The branch of a union that fits but for something inside of it. */
function isOfRightType(issues: readonly z.core.$ZodIssue[]): boolean {
  return !issues.some(
    ({ code, path }) =>
      path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union'),
  );
}
