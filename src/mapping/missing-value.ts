/**
 * Where an expression surprises on a missing value. To JSONata a comparison with something missing is false, `!=` as well as
 * `=` (JSONata documentation, "Comparison Operators"), and `$not` of something missing is missing too, which counts as false.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';

export interface MissingTrap {
  readonly operator: '!=' | '$not';
  /** What may be missing, such as `traits.plan`. */
  readonly path: string;
}

/** Each identity that Ory tells in full has these. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['id', 'schema_id', 'state', 'verified']);

/** The places in a valid expression that a missing value makes false although they look true. */
export function missingTraps(text: string): MissingTrap[] {
  const traps: MissingTrap[] = [];
  visit(jsonata(text).ast(), (node) => {
    const sides =
      node.type === 'binary' && node.value === '!='
        ? [node.lhs, node.rhs]
        : isCallOf(node, 'not')
          ? listOf(node.arguments)
          : [];
    const operator = node.value === '!=' ? '!=' : '$not';
    traps.push(...sides.flatMap(missingIn).map((path) => ({ operator, path }) as const));
  });
  const seen = new Map(traps.map((trap) => [`${trap.operator} ${trap.path}`, trap]));
  return [...seen.values()];
}

/** What is evaluated for each item of something else is left out: a name there is not one of the identity's. */
const WITHIN_ITEMS: ReadonlySet<string> = new Set(['steps', 'predicate', 'stages', 'group', 'terms', 'body']);

function visit(node: unknown, see: (node: JsonObject) => void): void {
  if (Array.isArray(node)) for (const item of node) visit(item, see);
  if (!isJsonObject(node)) return;
  see(node);
  for (const [key, inner] of Object.entries(node)) if (!WITHIN_ITEMS.has(key)) visit(inner, see);
}

/** The paths without which this part has no value; none where it has one all the same. */
function missingIn(node: unknown): string[] {
  if (!isJsonObject(node)) return [];
  if (node.type === 'path') {
    const path = pathText(node);
    return path === undefined || ALWAYS_THERE.has(path) ? [] : [path];
  }
  // Of these functions nothing is missing when their argument is; all others pass it on.
  if (node.type === 'function' && !isCallOf(node, 'coalesce') && !isCallOf(node, 'exists')) {
    return listOf(node.arguments).flatMap(missingIn);
  }
  if (node.type === 'block') return missingIn(listOf(node.expressions).at(-1));
  return [];
}

/** `traits.plan`; undefined for a path of anything but names. */
function pathText({ steps }: JsonObject): string | undefined {
  const names = listOf(steps).map((step) =>
    isJsonObject(step) && step.type === 'name' && typeof step.value === 'string' ? step.value : undefined,
  );
  return names.every((name) => name !== undefined && /^[A-Za-z_]\w*$/.test(name))
    ? names.join('.')
    : undefined;
}

function isCallOf({ type, procedure }: JsonObject, name: string): boolean {
  return type === 'function' && isJsonObject(procedure) && procedure.value === name;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
