/**
 * Where an expression surprises on a missing value. To JSONata a comparison with something missing is false,
 * `!=` as well as `=` (JSONata documentation, "Comparison Operators"), and `$not` of something missing is
 * missing too, which counts as false.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { bind, innerScope, isCallOf, listOf, meaningOf, pathText } from './may-lack.ts';
import type { Scope } from './may-lack.ts';

export interface MissingTrap {
  readonly operator: '!=' | '$not';
  /** What may be missing, such as `traits.plan`. */
  readonly path: string;
  /** The path is all that stands there; else it is within a function or the like. */
  readonly whole: boolean;
}

/** Each identity that Ory tells in full has these. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['', 'id', 'schema_id', 'state', 'verified', 'traits']);
const NOT: ReadonlySet<unknown> = new Set(['not']);

/** The places in a valid expression that a missing value makes false although they look true. */
export function missingTraps(text: string): MissingTrap[] {
  const traps: MissingTrap[] = [];
  visit(jsonata(text).ast(), { variables: new Map(), self: [] }, (node, scope) => {
    const { operator, sides } = negationIn(node);
    for (const side of sides) {
      const { names, lacks } = meaningOf(side, scope);
      traps.push(...lacks.map((path) => ({ operator, path: pathText(path), whole: names !== undefined })));
    }
  });
  // A name with a backquote in it cannot be written as a path.
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
 * What is evaluated for each item of something else is left out: a name there is not one of the identity's.
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
 * A filter and what follows a path stand where the path leads; in a list, or within a value, only `$` is
 * known there.
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
