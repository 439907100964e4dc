/**
 * Finds the values of the identity without which a part of an expression has no value either. In JSONata
 * nearly all functions, arithmetic and `<` have no value if an argument has none (JSONata documentation,
 * "Errors: undefined"). The nodes of JSONata's syntax tree are typed loosely. A part that is not understood
 * counts as one that lacks nothing.
 */
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

/** A path of names from the top of the identity, such as traits, plan. */
type Names = readonly string[];

/**
 * What is known about a value: its place in the identity, if it has one, and the paths without which it is
 * missing.
 */
export interface Meaning {
  readonly names?: Names | undefined;
  readonly lacks: readonly Names[];
}

/** The context of an expression. */
export interface Scope {
  /** The meaning of variables, by their names without the dollar. */
  readonly variables: Map<string, Meaning>;
  /** The place of `$`. Undefined if it is not known, for example for an item of a list. */
  readonly self: Names | undefined;
}

/** These functions give a value even if an argument is missing. */
const ALWAYS_GIVE: ReadonlySet<unknown> = new Set(['coalesce', 'exists', 'count', 'merge', 'zip']);
/** These operators have no value if one side is missing. */
const PASS_ON: ReadonlySet<unknown> = new Set(['+', '-', '*', '/', '%', '<', '<=', '>', '>=']);

/** A separate scope for a block. Variables that are bound in it are not visible outside. */
export function innerScope({ variables, self }: Scope): Scope {
  return { variables: new Map(variables), self };
}

/** Notes the meaning of a variable from here on. */
export function bind(node: JsonObject, scope: Scope): void {
  const { lhs, rhs } = node;
  if (isJsonObject(lhs) && typeof lhs.value === 'string')
    scope.variables.set(lhs.value, meaningOf(rhs, scope));
}

const NOTHING: Meaning = { lacks: [] };

/** What is known about the value of a node. */
export function meaningOf(node: unknown, scope: Scope): Meaning {
  if (!isJsonObject(node)) return NOTHING;
  switch (node.type) {
    case 'path':
      return pathMeaning(node, scope);
    case 'variable':
      return variableMeaning(node, scope);
    case 'function':
      return callMeaning(node, scope);
    case 'block':
      return blockMeaning(node, scope);
    case 'bind':
      return meaningOf(node.rhs, scope);
    case 'condition':
      return conditionMeaning(node, scope);
    case 'apply':
      return isCallOf(node.rhs, ALWAYS_GIVE) ? NOTHING : lacking(node.lhs, scope);
    case 'binary':
      return PASS_ON.has(node.value) ? lackingAny([node.lhs, node.rhs], scope) : NOTHING;
    case 'unary':
      return node.value === '-' ? lacking(node.expression, scope) : NOTHING;
    default:
      return NOTHING;
  }
}

/**
 * Follows a path as long as it has names. A function or a block after them has no value if they have none.
 */
function pathMeaning({ steps }: JsonObject, scope: Scope): Meaning {
  const [first, ...rest] = listOf(steps);
  if (!isJsonObject(first)) return NOTHING;
  const start = startOf(first, scope);
  if (start.names === undefined) return { lacks: start.lacks };
  let { names } = start;
  let whole = !isFiltered(first);
  for (const step of rest) {
    if (!isJsonObject(step) || step.type === 'wildcard' || step.type === 'descendant') return NOTHING;
    whole &&= step.type === 'name' && typeof step.value === 'string' && !isFiltered(step);
    // A name after a filter or a function is a key of something else.
    if (step.type === 'name' && typeof step.value === 'string' && (whole || names === start.names))
      names = [...names, step.value];
    if (!whole) break;
  }
  return { names: whole ? names : undefined, lacks: [names] };
}

function startOf(first: JsonObject, scope: Scope): Meaning {
  if (first.type !== 'name') return meaningOf(first, scope);
  // Below the traits, the name may be a key of each item in a list.
  if (typeof first.value !== 'string' || scope.self === undefined || scope.self.length > 1) return NOTHING;
  const names = [...scope.self, first.value];
  return { names, lacks: [names] };
}

function isFiltered({ stages, predicate }: JsonObject): boolean {
  return listOf(stages).length + listOf(predicate).length > 0;
}

/** `$` is the expression's own context, and `$$` is the identity. */
function variableMeaning({ value }: JsonObject, { variables, self }: Scope): Meaning {
  const names = value === '' ? self : value === '$' ? [] : undefined;
  if (names !== undefined) return { names, lacks: [names] };
  return (typeof value === 'string' ? variables.get(value) : undefined) ?? NOTHING;
}

function callMeaning(node: JsonObject, scope: Scope): Meaning {
  if (isCallOf(node, ALWAYS_GIVE)) return NOTHING;
  const [first, second] = listOf(node.arguments);
  if (isCallOf(node, new Set(['lookup'])) && isJsonObject(second) && second.type === 'string') {
    const { names } = meaningOf(first, scope);
    if (names !== undefined && typeof second.value === 'string')
      return { names: [...names, second.value], lacks: [[...names, second.value]] };
  }
  // The value of a function that the mapping defines is not known.
  const { procedure } = node;
  const own =
    isJsonObject(procedure) && typeof procedure.value === 'string' && scope.variables.has(procedure.value);
  return own ? NOTHING : lackingAny(listOf(node.arguments), scope);
}

function blockMeaning(node: JsonObject, scope: Scope): Meaning {
  const inner = innerScope(scope);
  let last: Meaning = NOTHING;
  for (const expression of listOf(node.expressions)) {
    last = meaningOf(expression, inner);
    if (isJsonObject(expression) && expression.type === 'bind') bind(expression, inner);
  }
  return last;
}

/**
 * The author has checked for the value in the condition, so it may be missing. `traits.plan ?? "none"` is
 * such a condition too.
 */
function conditionMeaning(node: JsonObject, scope: Scope): Meaning {
  const asked = new Set(pathsIn(node.condition, scope).map(pathText));
  const { lacks } = lackingAny([node.then, node.else], scope);
  return { lacks: lacks.filter((names) => !asked.has(pathText(names))) };
}

function pathsIn(node: unknown, scope: Scope): Names[] {
  if (Array.isArray(node)) return node.flatMap((item) => pathsIn(item, scope));
  if (!isJsonObject(node)) return [];
  const own = node.type === 'path' || node.type === 'variable' ? meaningOf(node, scope).lacks : [];
  return [...own, ...Object.values(node).flatMap((inner) => pathsIn(inner, scope))];
}

function lacking(node: unknown, scope: Scope): Meaning {
  return lackingAny([node], scope);
}

function lackingAny(nodes: readonly unknown[], scope: Scope): Meaning {
  return { lacks: nodes.flatMap((node) => meaningOf(node, scope).lacks) };
}

/** Whether it is a call of one of these functions. After `~>` it may also be the function itself. */
export function isCallOf(node: unknown, functions: ReadonlySet<unknown>): boolean {
  if (!isJsonObject(node)) return false;
  const { type, value, procedure } = node;
  if (type === 'variable') return functions.has(value);
  return type === 'function' && isJsonObject(procedure) && functions.has(procedure.value);
}

/** The path in JSONata's notation: traits.plan, traits.`news-letter`. */
export function pathText(names: Names): string {
  return names.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``)).join('.');
}

/** The value if it is a list, and otherwise an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
