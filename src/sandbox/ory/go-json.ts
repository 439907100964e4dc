import { z } from 'zod';

/** JSON as Go's encoder writes it: `<`, `>` and `&` escaped, and a newline at the end. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}

/** A decoded body, or what Go's decoder says to it. */
export type Decoded<T> = { readonly value: T } | { readonly problem: string };

/**
 * Decodes a body as Go's strict decoder does (encoding/json, DisallowUnknownFields).
 * @param goType the type that Kratos decodes into, such as `identity.CreateIdentityBody`
 */
export function decoded<T>(body: string, schema: z.ZodType<T>, goType: string): Decoded<T> {
  const parsed = parse(body);
  if ('problem' in parsed) return parsed;
  const result = schema.safeParse(parsed.value);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    return { problem: `json: unknown field ${JSON.stringify(issue.keys[0])}` };
  }
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((here, key) => at(here, key), parsed.value);
  const type = goType.split('.').at(-1) ?? goType;
  const into =
    path.length === 0 ? `value of type ${goType}` : `struct field ${type}.${path.join('.')} of type string`;
  return { problem: `json: cannot unmarshal ${kindOf(value)} into Go ${into}` };
}

function parse(body: string): Decoded<unknown> {
  if (body.trim() === '') return { problem: 'EOF' };
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    const character = position === undefined ? undefined : body[Number(position)];
    return character === undefined
      ? { problem: 'unexpected EOF' }
      : { problem: `invalid character '${character}' looking for beginning of value` };
  }
}

function at(value: unknown, key: PropertyKey): unknown {
  const map = z.record(z.string(), z.unknown()).safeParse(value);
  if (map.success) return map.data[String(key)];
  const list = z.array(z.unknown()).safeParse(value);
  return list.success ? list.data[Number(key)] : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
