import type { z } from 'zod';
import { keysAt } from './mapping-schema.ts';
import { suggestion } from '../expression/nearest-word.ts';

/** An error in a mapping. `at` says whether it is the key or the value at `path`. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** The faults of a schema issue, in the words of the file. */
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
  // Zoho's API names begin with a capital, and keys of a mapping never do.
  const isField = path.length === 0 && /^[A-Z]/.test(key);
  const meant = isField ? '; write fields under "fields:"' : suggestion(key, keysAt(path));
  return `is not a key of a mapping${meant}`;
}

/** Whether this branch of a union was meant: it fits, except for something inside it. */
function isOfRightType(issues: readonly z.core.$ZodIssue[]): boolean {
  return !issues.some(
    ({ code, path }) =>
      path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union'),
  );
}
