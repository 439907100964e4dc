import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { positionWords } from './jsonata-error.ts';
import { nearestWord } from './nearest-word.ts';

/** With these, the same identity would not always give the same contact. `$eval` could reach all of them. */
const REFUSED: ReadonlySet<string> = new Set(['now', 'millis', 'random', 'shuffle', 'eval']);

/** Keys of an identity that only Ory's admin API has, and never a webhook. */
const ADMIN_ONLY: ReadonlySet<string> = new Set(['metadata_admin', 'credentials']);

export interface Inspection {
  /** The names that an expression may read from the top of its input. Some may be keys of another object. */
  readonly names: ReadonlySet<string>;
  /** Why the expression is not allowed in mappings, with the position. */
  readonly fault?: string;
}

/**
 * Looks through JSONata's syntax tree. Its nodes are typed loosely, so missing parts are skipped.
 * @param known all names at the top of its input. Any other name is a fault
 */
export function inspectExpression(tree: unknown, known: ReadonlySet<string>): Inspection {
  const names = new Set<string>();
  const faults: string[] = [];
  walk(tree, 'top', (node, place) => {
    if (node.type === 'name' && typeof node.value === 'string' && place !== 'key') names.add(node.value);
    const fault = faultOf(node) ?? (place === 'top' ? unknownName(node, known) : undefined);
    if (fault !== undefined) faults.push(`${fault}${positionWords(node.position)}`);
  });
  const [fault] = faults;
  return fault === undefined ? { names } : { names, fault };
}

/**
 * Where a name is looked up: in the input, in something inside it (a key of the path before it, such as
 * `first` in `traits.first`), or in either.
 */
type Place = 'top' | 'key' | 'either';

type Visit = (node: JsonObject, place: Place) => void;

/**
 * Parts of a node that JSONata evaluates for each item of the preceding value: filters, groups, orders,
 * changes.
 */
const WITHIN_ITEMS: ReadonlySet<string> = new Set([
  'predicate',
  'stages',
  'group',
  'terms',
  'pattern',
  'update',
  'delete',
]);

function walk(node: unknown, place: Place, visit: Visit): void {
  const inside = place === 'top' ? 'top' : 'either';
  if (Array.isArray(node)) for (const item of node) walk(item, inside, visit);
  if (!isJsonObject(node)) return;
  visit(node, place);
  for (const [key, inner] of Object.entries(node)) {
    if (node.type === 'path' && key === 'steps' && Array.isArray(inner)) walkPath(inner, inside, visit);
    else walk(inner, WITHIN_ITEMS.has(key) ? 'either' : inside, visit);
  }
}

function walkPath(steps: readonly unknown[], place: Place, visit: Visit): void {
  const [first, ...rest] = steps;
  walk(first, place, visit);
  // After a variable ($$.email) or a function, the next name may be one from the top.
  const startsWithName = isJsonObject(first) && first.type === 'name';
  for (const step of rest) walk(step, startsWithName ? 'key' : 'either', visit);
}

function faultOf(node: JsonObject): string | undefined {
  const { type, value } = node;
  if (type === 'variable' && typeof value === 'string' && REFUSED.has(value)) {
    return `$${value} is not allowed in mappings, because the same identity must always give the same contact`;
  }
  return isTimeWithoutYear(node)
    ? '$toMillis needs the year ([Y]) in its picture, or it uses the current one'
    : functionWithoutDollar(node);
}

function unknownName({ type, value }: JsonObject, known: ReadonlySet<string>): string | undefined {
  if (type !== 'name' || typeof value !== 'string' || known.has(value)) return undefined;
  if (ADMIN_ONLY.has(value)) return `webhooks do not have ${value}`;
  const nearest = nearestWord(value, known);
  return nearest === undefined
    ? `unknown name ${value}; write traits.${value} for a trait, or "'${value}'" for the text`
    : `unknown name ${value}; did you mean ${nearest}?`;
}

function functionWithoutDollar({ procedure }: JsonObject): string | undefined {
  if (!isJsonObject(procedure) || procedure.type !== 'path' || !Array.isArray(procedure.steps))
    return undefined;
  const [name]: unknown[] = procedure.steps;
  return isJsonObject(name) && typeof name.value === 'string'
    ? `unknown function ${name.value}; did you mean $${name.value}?`
    : undefined;
}

function isTimeWithoutYear({ procedure, arguments: given }: JsonObject): boolean {
  if (!isJsonObject(procedure) || procedure.value !== 'toMillis' || !Array.isArray(given)) return false;
  return given.some((argument: unknown) => {
    const text = isJsonObject(argument) && argument.type === 'string' ? argument.value : undefined;
    return typeof text === 'string' && text.includes('[') && !text.includes('[Y');
  });
}
