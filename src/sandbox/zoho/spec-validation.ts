import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { isJsonObject } from '../../model/json.ts';

const SPECS = { record: 'record.json', coql: 'coql.json', fields: 'fields.json', tags: 'tags.json' } as const;

/** `specs/` holds the needed parts of Zoho's official OpenAPI files (github.com/zoho/crm-oas, v8.0). */
export type SpecName = keyof typeof SPECS;

export interface Violation {
  readonly operation: string;
  readonly path: string;
  readonly problems: readonly string[];
  readonly body: string;
}

/**
 * Validates bodies against a schema of the official specification. An empty list means that the body is
 * valid.
 */
export class SpecValidation {
  readonly #validators = new Map<string, ValidateFunction>();

  problems(spec: SpecName, schema: string, body: unknown): readonly string[] {
    const validate = this.#validator(spec, schema);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath || '/'} ${error.message ?? 'is invalid'}`,
    );
  }

  #validator(spec: SpecName, schema: string): ValidateFunction {
    const key = `${spec}#${schema}`;
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv, ['date-time', 'date']);
    const document = forAjv(read(spec), spec);
    if (isJsonObject(document)) ajv.addSchema(document, spec);
    const validate = ajv.compile({ $ref: `${spec}#/components/schemas/${schema}` });
    this.#validators.set(key, validate);
    return validate;
  }
}

function read(spec: SpecName): unknown {
  return JSON.parse(readFileSync(new URL(`./specs/${SPECS[spec]}`, import.meta.url), 'utf8'));
}

/**
 * Converts OpenAPI 3.0 for ajv. Absolute web references accept anything (those files are not here),
 * `nullable` becomes a choice with null, and number formats that ajv does not know are removed.
 */
function forAjv(value: unknown, spec: SpecName): unknown {
  if (Array.isArray(value)) return value.map((item) => forAjv(item, spec));
  if (!isJsonObject(value)) return value;
  const ref = value['$ref'];
  if (typeof ref === 'string' && !ref.startsWith('#')) return {};
  const { nullable, format, ...rest } = value;
  const kept = Object.entries(rest).filter(([key, item]) => !isLoosened(key, item, spec));
  const schema = Object.fromEntries(kept.map(([key, item]) => [key, forAjv(item, spec)]));
  const withFormat = typeof format === 'string' && format.startsWith('date') ? { ...schema, format } : schema;
  return nullable === true ? { anyOf: [withFormat, { type: 'null' }] } : withFormat;
}

/**
 * The specifications of fields and tags use one schema for requests and answers, and mark everything as
 * required. Zoho's page "Create Custom Field" requires only `field_label` and `data_type`, and "Add Tags to
 * Records" only a name. The sandbox follows the pages.
 */
function isLoosened(key: string, value: unknown, spec: SpecName): boolean {
  return (spec === 'fields' || spec === 'tags') && key === 'required' && Array.isArray(value);
}
