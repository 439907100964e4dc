/**
 * Without which values of the identity a part of an expression has no value either. To JSONata nearly all
 * functions, arithmetic and `<` pass on that something is missing (JSONata documentation, "Errors:
 * undefined"). Reads JSONata's syntax tree, whose nodes are typed loosely: what is not understood lacks
 * nothing.
 */
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

/** A path of names from the top of the identity, such as traits, plan. */
type Names = readonly string[];

/**
 * What is known of a value: where it stands in the identity, if there; and without which paths it is missing.
 */
export interface Meaning {
  readonly names?: Names | undefined;
  readonly lacks: readonly Names[];
}

/** Where an expression stands. */
export interface Scope {
  /** What variables mean, by their names without the dollar. */
  readonly variables: Map<string, Meaning>;
  /** Where `$` is; undefined: not known, such as an item of a list. */
  readonly self: Names | undefined;
}

/** These functions give a value even where an argument is missing. */
const ALWAYS_GIVE: ReadonlySet<unknown> = new Set(['coalesce', 'exists', 'count', 'merge', 'zip']);
/** These operators pass on that one side is missing. */
const PASS_ON: ReadonlySet<unknown> = new Set(['+', '-', '*', '/', '%', '<', '<=', '>', '>=']);

/** A scope of its own for a block: variables bound in it are not seen outside. */
export function innerScope({ variables, self }: Scope): Scope {
  return { variables: new Map(variables), self };
}

/** Notes what a variable means from here on. */
export function bind(node: JsonObject, scope: Scope): void {
  const { lhs, rhs } = node;
  if (isJsonObject(lhs) && typeof lhs.value === 'string')
    scope.variables.set(lhs.value, meaningOf(rhs, scope));
}

const NOTHING: Meaning = { lacks: [] };

/** What is known of the value that a node of the tree gives. */
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
 * A path is followed as far as it has names; a function or a block after them has no value where they have
 * none.
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
    // What comes after a filter or a function is the key of something else.
    if (step.type === 'name' && typeof step.value === 'string' && (whole || names === start.names))
      names = [...names, step.value];
    if (!whole) break;
  }
  return { names: whole ? names : undefined, lacks: [names] };
}

function startOf(first: JsonObject, scope: Scope): Meaning {
  if (first.type !== 'name') return meaningOf(first, scope);
  // Deeper than the traits the name may be the key of each item of a list.
  if (typeof first.value !== 'string' || scope.self === undefined || scope.self.length > 1) return NOTHING;
  const names = [...scope.self, first.value];
  return { names, lacks: [names] };
}

function isFiltered({ stages, predicate }: JsonObject): boolean {
  return listOf(stages).length + listOf(predicate).length > 0;
}

/** `$` is where the expression stands, `$$` the identity. */
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
  // What a function of the mapping's own gives is not known.
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

/** What the condition asks for is missing on purpose: `traits.plan ?? "none"` is such a condition too. */
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

/** A call, or after `~>` the function itself, of one of these functions. */
export function isCallOf(node: unknown, functions: ReadonlySet<unknown>): boolean {
  if (!isJsonObject(node)) return false;
  const { type, value, procedure } = node;
  if (type === 'variable') return functions.has(value);
  return type === 'function' && isJsonObject(procedure) && functions.has(procedure.value);
}

/** As JSONata writes it: traits.plan, traits.`news-letter`. */
export function pathText(names: Names): string {
  return names.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``)).join('.');
}

/** The value as a list; empty where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
