import { z } from 'zod';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';

export const jsonPatchSchema = z.array(
  z.object({
    op: z.enum(['add', 'replace', 'remove', 'test']),
    path: z.string().regex(/^\/./),
    value: z.custom<Json>(() => true).optional(),
  }),
);

export type JsonPatch = z.infer<typeof jsonPatchSchema>;

/**
 * Applies a JSON Patch (RFC 6902, without move and copy) to an object. Undefined if a path is missing or a
 * test failed.
 * @param missing with `makes_paths`, `add` makes the objects on its way
 */
export function applyJsonPatch(
  document: JsonObject,
  patch: JsonPatch,
  missing: 'makes_paths' | 'refuses' = 'refuses',
): JsonObject | undefined {
  let result: Json | undefined = document;
  for (const { op, path, value } of patch) {
    const steps = path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const base = missing === 'makes_paths' && op === 'add' ? withPath(result, steps) : result;
    result = changedAt(base, steps, op, value ?? null);
    if (result === undefined) return undefined;
  }
  return isJsonObject(result) ? result : undefined;
}

/** The document with an object at each step but the last. */
function withPath(target: Json, [step = '', ...rest]: readonly string[]): Json {
  if (rest.length === 0 || !isJsonObject(target)) return target;
  return { ...target, [step]: withPath(target[step] ?? {}, rest) };
}

function changedAt(
  target: Json,
  [step, ...rest]: readonly string[],
  op: JsonPatch[number]['op'],
  value: Json,
): Json | undefined {
  if (step === undefined) return undefined;
  if (Array.isArray(target)) return changedList([...target], step, rest, op, value);
  if (!isJsonObject(target)) return undefined;
  const known = target[step];
  if (rest.length > 0) {
    const inner = known === undefined ? undefined : changedAt(known, rest, op, value);
    return inner === undefined ? undefined : { ...target, [step]: inner };
  }
  if (op === 'add') return { ...target, [step]: value };
  if (known === undefined) return undefined;
  if (op === 'replace') return { ...target, [step]: value };
  if (op === 'test') return JSON.stringify(known) === JSON.stringify(value) ? target : undefined;
  const { [step]: _removed, ...others } = target;
  return others;
}

function changedList(
  list: Json[],
  step: string,
  rest: readonly string[],
  op: JsonPatch[number]['op'],
  value: Json,
): Json | undefined {
  const index = step === '-' ? list.length : Number(step);
  if (!Number.isInteger(index) || index < 0 || index > list.length) return undefined;
  const known = list[index];
  if (rest.length === 0 && op === 'add') return list.toSpliced(index, 0, value);
  if (known === undefined) return undefined;
  if (rest.length > 0) {
    const inner = changedAt(known, rest, op, value);
    return inner === undefined ? undefined : list.with(index, inner);
  }
  if (op === 'test') return JSON.stringify(known) === JSON.stringify(value) ? list : undefined;
  return op === 'remove' ? list.toSpliced(index, 1) : list.with(index, value);
}
