import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../../model/json.ts';
import type { OryBehaviour } from '../ory-versions.ts';
import type { Annotated } from './annotations.ts';
import { isEmail, isPhone } from './formats.ts';
import type { SchemaError } from './schema-error.ts';
import { schemaErrorText } from './schema-error.ts';

const validators = new WeakMap<JsonObject, ValidateFunction>();

/** Why Kratos refuses these traits, in its own words. Undefined if they fit the schema. */
export function traitsProblem(
  schema: JsonObject,
  traits: JsonObject,
  { unfit }: Annotated,
  { noEmail }: OryBehaviour,
): string | undefined {
  const validate = validatorOf(schema);
  const errors = validate({ traits }) ? [] : errorsOf(validate.errors ?? []);
  const extended = unfit.map(({ instance, schema: place, value, via }): SchemaError => {
    const where = { instance, level: place };
    return noEmail === 'mail' && via === 'email'
      ? { ...where, keyword: '', message: "mail: missing '@' or angle-addr" }
      : { ...where, keyword: 'format', message: `"${value}" is not valid "${via === 'sms' ? 'tel' : via}"` };
  });
  const all = [...errors, ...extended];
  return all.length === 0 ? undefined : schemaErrorText(all);
}

function validatorOf(schema: JsonObject): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, addUsedSchema: false });
  addFormats.default(ajv);
  ajv.addFormat('email', isEmail);
  ajv.addFormat('tel', isPhone);
  ajv.addFormat('noformat', true);
  const { $schema: _draft, ...rest } = schema;
  const validate = ajv.compile(rest);
  validators.set(schema, validate);
  return validate;
}

/** One error for each failed keyword. What failed below `anyOf`, `oneOf` and `not` is left out. */
function errorsOf(found: readonly ErrorObject[]): readonly SchemaError[] {
  const errors = new Map<string, SchemaError>();
  for (const error of found) {
    const { keyword, instancePath, schemaPath } = error;
    const level = schemaPath.slice(1, -1 - keyword.length);
    if (/\/(anyOf|oneOf|not|if|then|else)(\/|$)/.test(level)) continue;
    const key = `${instancePath} ${schemaPath}`;
    const before = errors.get(key);
    errors.set(key, {
      instance: instancePath,
      level,
      keyword,
      message: messageOf(error, before?.names ?? []),
      names: [...(before?.names ?? []), nameIn(error)],
    });
  }
  return [...errors.values()];
}

/** The property that is missing or not allowed. Kratos lists all of them in one error. */
function nameIn({ keyword, params }: ErrorObject): string {
  const name: unknown = keyword === 'required' ? params['missingProperty'] : params['additionalProperty'];
  return typeof name === 'string' ? JSON.stringify(name) : '';
}

/** The words of ory/jsonschema (schema.go). */
function messageOf(error: ErrorObject, before: readonly string[]): string {
  const { keyword, schema, data } = error;
  const names = [...before, nameIn(error)].join(', ');
  switch (keyword) {
    case 'type':
      return `expected ${[schema].flat().join(' or ')}, but got ${typeName(data)}`;
    case 'format':
      return `${JSON.stringify(data)} is not valid ${JSON.stringify(schema)}`;
    case 'required':
      return `missing properties: ${names}`;
    case 'additionalProperties':
      return `additionalProperties ${names} not allowed`;
    case 'minLength':
      return `length must be >= ${String(schema)}, but got ${lengthOf(data)}`;
    case 'maxLength':
      return `length must be <= ${String(schema)}, but got ${lengthOf(data)}`;
    case 'pattern':
      return `does not match pattern ${JSON.stringify(schema)}`;
    case 'minimum':
      return `must be >= ${String(schema)} but found ${String(data)}`;
    case 'maximum':
      return `must be <= ${String(schema)} but found ${String(data)}`;
    case 'enum':
      return `value must be one of ${[schema]
        .flat()
        .map((one) => JSON.stringify(one))
        .join(', ')}`;
    case 'const':
      return `value must be ${JSON.stringify(schema)}`;
    default:
      return `${keyword} failed`;
  }
}

function typeName(data: unknown): string {
  return data === null ? 'null' : Array.isArray(data) ? 'array' : typeof data;
}

function lengthOf(data: unknown): number {
  return typeof data === 'string' ? Array.from(data).length : 0;
}
