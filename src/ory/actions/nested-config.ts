import { isJsonObject } from '../../model/json.ts';

/** `kratos.config` of Ory's Helm chart is not deeper, even in a chart that includes that chart. */
const MOST_DEEP = 6;

/**
 * Finds the configuration of Kratos in another file: in Helm values (as a map), or in a ConfigMap or Secret
 * of Kubernetes (as text).
 * @returns undefined if it is at the top or nowhere
 */
export function nestedConfig(value: unknown): string | undefined {
  if (!isJsonObject(value) || isJsonObject(value['selfservice'])) return undefined;
  const found = find(value, []);
  if (found === undefined) return undefined;
  const { path, text } = found;
  const kind = typeof value['kind'] === 'string' ? `a Kubernetes ${value['kind']}` : 'Helm values';
  return `it is ${text ? 'text ' : ''}at ${path.join('.')}, as in ${kind}`;
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
