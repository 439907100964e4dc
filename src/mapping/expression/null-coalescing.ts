import type { Expression } from 'jsonata';
import { isJsonObject } from '../../model/json.ts';

const IS_THERE = 'ory_zoho_is_there';

/**
 * Makes `a ?? b` give b if a is null. JSONata treats null as a value, and Ory writes a missing value as null
 * or not at all, depending on key and release. JSONata reads `a ?? b` as `$exists(a) ? a : b`. That `exists`
 * is not in the text, so it has no position. This shows which call to replace.
 */
export function coalesceNulls(expression: Expression): void {
  expression.registerFunction(IS_THERE, (value: unknown) => value !== undefined && value !== null, '<x?:b>');
  replaceExists(expression.ast());
}

function replaceExists(node: unknown): void {
  if (Array.isArray(node)) node.forEach(replaceExists);
  if (!isJsonObject(node)) return;
  const { procedure } = node;
  if (isJsonObject(procedure) && procedure.value === 'exists' && procedure.position === undefined) {
    Reflect.set(procedure, 'value', IS_THERE);
  }
  Object.values(node).forEach(replaceExists);
}
