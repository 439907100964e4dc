import { isJsonObject } from '../../model/json.ts';

/** `kratos.config` of Ory's Helm chart, and within a chart that has it as a part, is not deeper. */
const MOST_DEEP = 6;

/**
 * Where the configuration of Kratos stands in a file that is not it: within Helm values (as a map), or in a
 * ConfigMap or a Secret of Kubernetes (as a text).
 * @returns undefined where it is at the top, or nowhere
 */
export function nestedConfig(value: unknown): string | undefined {
  if (!isJsonObject(value) || isJsonObject(value['selfservice'])) return undefined;
  const found = find(value, []);
  if (found === undefined) return undefined;
  const { path, text } = found;
  const kind = typeof value['kind'] === 'string' ? `a ${value['kind']} of Kubernetes` : 'the values of Helm';
  return `it is ${text ? 'a text ' : ''}at ${path.join('.')}, as in ${kind}`;
}

function find(
  value: unknown,
  path: readonly string[],
): { path: readonly string[]; text: boolean } | undefined {
  if (typeof value === 'string') {
    return /^[\s{]*"?selfservice"?\s*:/m.test(value) ? { path, text: true } : undefined;
  }
  if (!isJsonObject(value) || path.length > MOST_DEEP) return undefined;
  if (isJsonObject(value['selfservice'])) return { path, text: false };
  for (const [key, inner] of Object.entries(value)) {
    const found = find(inner, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
