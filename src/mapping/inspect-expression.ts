import { isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { positionWords } from './jsonata-error.ts';

/** With these the same identity would not always give the same contact; `$eval` could reach them all. */
const REFUSED: ReadonlySet<string> = new Set(['now', 'millis', 'random', 'shuffle', 'eval']);

export interface Inspection {
  /** The names an expression may read from the top of its input; some may be keys of another object. */
  readonly names: ReadonlySet<string>;
  /** Why it is not for mappings, if so, and where. */
  readonly fault?: string;
}

/** Looks through JSONata's syntax tree, whose nodes are typed loosely: what is not there is not found. */
export function inspectExpression(tree: unknown): Inspection {
  const names = new Set<string>();
  const faults: string[] = [];
  walk(tree, false, (node, isKey) => {
    if (node.type === 'name' && typeof node.value === 'string' && !isKey) names.add(node.value);
    const fault = faultOf(node);
    if (fault !== undefined) faults.push(`${fault}${positionWords(node.position)}`);
  });
  const [fault] = faults;
  return fault === undefined ? { names } : { names, fault };
}

type Visit = (node: JsonObject, isKey: boolean) => void;

/** @param isKey the node is a name within what the path says before it, such as `first` in `traits.first` */
function walk(node: unknown, isKey: boolean, visit: Visit): void {
  if (Array.isArray(node)) for (const item of node) walk(item, false, visit);
  if (!isJsonObject(node)) return;
  visit(node, isKey);
  for (const [key, inner] of Object.entries(node)) {
    if (node.type === 'path' && key === 'steps' && Array.isArray(inner)) walkPath(inner, visit);
    else walk(inner, false, visit);
  }
}

function walkPath(steps: readonly unknown[], visit: Visit): void {
  const [first, ...rest] = steps;
  walk(first, false, visit);
  // After a variable ($$.email) or a function the next name may be one from the top.
  const startsWithName = isJsonObject(first) && first.type === 'name';
  for (const step of rest) walk(step, startsWithName, visit);
}

function faultOf(node: JsonObject): string | undefined {
  const { type, value } = node;
  if (type === 'variable' && typeof value === 'string' && REFUSED.has(value)) {
    return `$${value} is not for mappings: the same identity must always give the same contact`;
  }
  return isTimeWithoutYear(node)
    ? "$toMillis needs the year ([Y]) in its picture, else it takes today's"
    : undefined;
}

function isTimeWithoutYear({ procedure, arguments: given }: JsonObject): boolean {
  if (!isJsonObject(procedure) || procedure.value !== 'toMillis' || !Array.isArray(given)) return false;
  return given.some((argument: unknown) => {
    const text = isJsonObject(argument) && argument.type === 'string' ? argument.value : undefined;
    return typeof text === 'string' && text.includes('[') && !text.includes('[Y');
  });
}
