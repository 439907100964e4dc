import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { Answer } from './calls.ts';

const FILES = ['record', 'coql', 'fields', 'org', 'users'] as const;

const schemas = z.object({ schema: z.record(z.string(), z.json()) });
const responseSchema = z.object({
  content: z.record(z.string(), schemas).optional(),
  $ref: z.string().optional(),
});
const fileSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), responseSchema) })),
  ),
  components: z.object({
    responses: z.record(z.string(), responseSchema).optional(),
    schemas: z.record(z.string(), z.json()),
  }),
});

/**
 * Zoho's official OpenAPI files (github.com/zoho/crm-oas, v8.0), without the paths that the sandbox lacks and
 * without everything about requests.
 */
const files = FILES.map((name) => {
  const text = readFileSync(new URL(`../fixtures/zoho/specs/${name}.json`, import.meta.url), 'utf8');
  return { name, ...fileSchema.parse(JSON.parse(text)) };
});

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv, ['date-time', 'date']);
for (const { name, components } of files) {
  ajv.addSchema({ $id: name, components: { schemas: forAjv(components.schemas, name) } });
}

const compiled = new Map<string, ValidateFunction>();

/** What the official files do not allow about an answer, without the places in lists. Empty if it fits. */
export function misfits(
  method: string,
  path: string,
  { status, json }: Pick<Answer, 'status' | 'json'>,
): readonly string[] {
  const template = templateOf(path);
  const file = files.find(({ paths }) => template in paths);
  const responses = file?.paths[template]?.[method.toLowerCase()]?.responses;
  if (file === undefined || responses === undefined) return [`no ${method} ${template}`];
  const listed = responses[String(status)];
  const unlisted = listed === undefined ? [`no status ${status} for ${method} ${template}`] : [];
  // The bodies of errors are among those of 200.
  const named = listed ?? responses['200'];
  const ref = named?.$ref?.split('/').at(-1);
  const response = ref === undefined ? named : file.components.responses?.[ref];
  const schema = Object.values(response?.content ?? {})[0]?.schema;
  if (json === undefined || schema === undefined) return unlisted;
  return [...unlisted, ...new Set(problemsOf(forAjv(schema, file.name), json))];
}

const choiceSchema = z.object({ oneOf: z.array(z.unknown()) });
const itemsSchema = z.object({ properties: z.object({ data: z.object({ items: choiceSchema }) }) });
const answeredSchema = z.object({ data: z.array(z.unknown()) });

/**
 * The problems with a value. Of several allowed forms, the one that it fits best counts. For answers to
 * records this is so for each item: an error of the whole call may have any other keys, so a list fits it too.
 */
function problemsOf(schema: unknown, value: unknown): readonly string[] {
  const forms = choiceSchema.safeParse(schema).data?.oneOf ?? [schema];
  const items = forms.map((form) => itemsSchema.safeParse(form).data?.properties.data.items).find(Boolean);
  const answered = answeredSchema.safeParse(value);
  if (items !== undefined && answered.success) {
    return answered.data.data.flatMap((item) =>
      problemsOf(items, item).map((problem) => `/data[]${problem}`),
    );
  }
  const others = forms.filter((form) => !itemsSchema.safeParse(form).success);
  const tried = others.map((form) => validated(form, value));
  return tried.toSorted((left, right) => left.length - right.length)[0] ?? [];
}

function validated(schema: unknown, value: unknown): readonly string[] {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
  compiled.set(key, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath.replaceAll(/\/\d+/g, '[]')} ${message ?? ''}`,
  );
}

function templateOf(path: string): string {
  const [first = '', ...rest] = (path.split('?')[0] ?? '').split('/');
  const own = /^(coql|org|settings|users)$/.test(first) ? first : '{module_api_name}';
  return ['/crm/v8', own, ...rest.map((part) => (/^\d+$/.test(part) ? '{id}' : part))].join('/');
}

/** References lead to the file, and those to the web allow anything. `nullable` becomes a choice. */
function forAjv(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((item) => forAjv(item, file));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, nullable, format, ...rest } = z.record(z.string(), z.unknown()).parse(value);
  if (typeof $ref === 'string') return $ref.startsWith('#') ? { $ref: `${file}${$ref}` } : {};
  const kept = Object.entries(rest).map(([key, item]) => [key, forAjv(item, file)]);
  const dated = typeof format === 'string' && format.startsWith('date') ? { format } : {};
  const schema = { ...Object.fromEntries(kept), ...dated };
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}
