import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** The parts of an OpenAPI 3.0 file that say which answers are allowed. */
const contentSchema = z.object({
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.json()) })).optional(),
  $ref: z.string().optional(),
});
const specSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), contentSchema) })),
  ),
  components: z.object({
    responses: z.record(z.string(), contentSchema),
    schemas: z.record(z.string(), z.json()),
  }),
});

/** Ory's official OpenAPI file (ory/kratos, .schema/openapi.json), without the paths that the sandbox lacks. */
const spec = specSchema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/ory/kratos-api.json', import.meta.url), 'utf8')),
);

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'kratos', components: { schemas: forAjv(spec.components.schemas) } });

export interface SpecifiedAnswer {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** What Ory's file does not allow about an answer. Empty if it fits. */
export function problemsOf(answer: SpecifiedAnswer): readonly string[] {
  const path = answer.path.split('?')[0] ?? '';
  const template = Object.keys(spec.paths).find((one) =>
    new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  if (template === undefined) return [`no path ${path}`];
  const responses = spec.paths[template]?.[answer.method.toLowerCase()]?.responses;
  if (responses === undefined) return [`no ${answer.method} ${template}`];
  const named = responses[String(answer.status)] ?? responses['default'];
  const name = named?.$ref?.split('/').at(-1);
  const response = name === undefined ? named : spec.components.responses[name];
  if (response === undefined) return [`no status ${answer.status}`];
  const { content } = response;
  if (content === undefined) return answer.body === '' ? [] : ['a body'];
  const type = answer.contentType?.split(';')[0] ?? '';
  const schema = content[type]?.schema;
  if (schema === undefined) return [`no content type ${type}`];
  const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(forAjv(schema)));
  if (validate(answer.body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

/** References lead to the file, `nullable` becomes a choice, and formats that ajv does not know go. */
function forAjv(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forAjv);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, nullable, ...rest } = z.record(z.string(), z.unknown()).parse(value);
  if (typeof $ref === 'string') return { $ref: `kratos${$ref}` };
  const kept = Object.entries(rest).filter(([key, one]) => key !== 'format' || !isUnknownFormat(one));
  const schema = Object.fromEntries(kept.map(([key, one]) => [key, forAjv(one)]));
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function isUnknownFormat(format: unknown): boolean {
  return format === 'uuid4';
}
