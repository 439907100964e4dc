/**
 * Finds places where a missing value gives a surprising result. In JSONata a comparison with a missing value
 * is false, for `!=` as well as for `=` (JSONata documentation, "Comparison Operators"). `$not` of a missing
 * value is missing too, which counts as false.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { bind, innerScope, isCallOf, listOf, meaningOf, pathText } from './may-lack.ts';
import type { Scope } from './may-lack.ts';

export interface MissingTrap {
  readonly operator: '!=' | '$not';
  /** The value that may be missing, such as `traits.plan`. */
  readonly path: string;
  /** True if the operand is only the path. False if the path is inside a function or something similar. */
  readonly whole: boolean;
}

/** Every full snapshot of an identity has these. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['', 'id', 'schema_id', 'state', 'verified', 'traits']);
const NOT: ReadonlySet<unknown> = new Set(['not']);

/** Finds the parts of a valid expression that look true for a missing value but are false. */
export function missingTraps(text: string): MissingTrap[] {
  const traps: MissingTrap[] = [];
  visit(jsonata(text).ast(), { variables: new Map(), self: [] }, (node, scope) => {
    const { operator, sides } = negationIn(node);
    for (const side of sides) {
      const { names, lacks } = meaningOf(side, scope);
      traps.push(...lacks.map((path) => ({ operator, path: pathText(path), whole: names !== undefined })));
    }
  });
  // A name with a backquote cannot be written as a path.
  const readable = traps.filter(({ path }) => !ALWAYS_THERE.has(path) && !path.includes('``'));
  const seen = new Map(readable.map((trap) => [`${trap.operator} ${trap.path}`, trap]));
  return [...seen.values()];
}

function negationIn(node: JsonObject): { operator: MissingTrap['operator']; sides: readonly unknown[] } {
  if (node.type === 'binary' && node.value === '!=') return { operator: '!=', sides: [node.lhs, node.rhs] };
  if (node.type === 'apply' && isCallOf(node.rhs, NOT)) return { operator: '$not', sides: [node.lhs] };
  const isNot = node.type === 'function' && isCallOf(node, NOT);
  return { operator: '$not', sides: isNot ? listOf(node.arguments) : [] };
}

/**
 * Parts that are evaluated for each item of something else. They are skipped, because their names do not
 * belong to the identity.
 */
const WITHIN_ITEMS: ReadonlySet<string> = new Set(['group', 'terms', 'body', 'pattern', 'update', 'delete']);

function visit(node: unknown, scope: Scope, see: (node: JsonObject, scope: Scope) => void): void {
  if (Array.isArray(node)) for (const item of node) visit(item, scope, see);
  if (!isJsonObject(node)) return;
  see(node, scope);
  if (node.type === 'path') return visitSteps(listOf(node.steps), scope, see);
  const inner = node.type === 'block' ? innerScope(scope) : scope;
  for (const [key, value] of Object.entries(node)) if (!WITHIN_ITEMS.has(key)) visit(value, inner, see);
  if (node.type === 'bind') bind(node, scope);
}

/**
 * The context of a filter, and of steps after a path, is the value of that path. In a list or inside a value,
 * only `$` is known there.
 */
function visitSteps(
  steps: readonly unknown[],
  scope: Scope,
  see: (node: JsonObject, scope: Scope) => void,
): void {
  steps.forEach((step, index) => {
    if (!isJsonObject(step)) return;
    const before =
      index === 0 ? scope.self : meaningOf({ type: 'path', steps: steps.slice(0, index) }, scope).names;
    if (step.type !== 'name') visit(step, { ...scope, self: before }, see);
    const here = meaningOf(
      { type: 'path', steps: [...steps.slice(0, index), withoutStages(step)] },
      scope,
    ).names;
    const isObject = here?.length === 1;
    for (const stage of [...listOf(step.stages), ...listOf(step.predicate)])
      visit(stage, { ...scope, self: isObject ? here : undefined }, see);
  });
}

function withoutStages({ stages: _stages, predicate: _predicate, ...step }: JsonObject): JsonObject {
  return step;
}
