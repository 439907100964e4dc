/** One keyword of a schema that a value does not fit. */
export interface SchemaError {
  /** JSON pointer to the value, without `#`. */
  readonly instance: string;
  /** JSON pointer to the schema that has the keyword, without `#`. */
  readonly level: string;
  /** Empty if the whole schema refuses the value. */
  readonly keyword: string;
  readonly message: string;
  readonly names?: readonly string[];
}

/** The order in which ory/jsonschema checks. The properties of an object come before what is not allowed. */
const LAST = ['additionalProperties', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'];

/**
 * The text of all errors as ory/jsonschema prints them (errors.go): each with its place in the value and in the
 * schema, and indented below `validation failed` where one schema has several.
 */
export function schemaErrorText(errors: readonly SchemaError[]): string {
  return linesOf(errors, '', '').join('\n');
}

interface Place {
  readonly level: string;
  readonly instance: string;
}

function linesOf(errors: readonly SchemaError[], level: string, instance: string): string[] {
  const own = errors.filter((error) => error.level === level && error.instance === instance);
  const [wrongType] = own.filter(({ keyword }) => keyword === 'type');
  if (wrongType !== undefined) return [lineOf(wrongType)];
  const inner = new Map<string, Place & { readonly errors: SchemaError[] }>();
  for (const error of errors.filter((one) => !own.includes(one))) {
    const place = childOf(error, level, instance);
    const key = JSON.stringify(place);
    const known = inner.get(key);
    if (known === undefined) inner.set(key, { ...place, errors: [error] });
    else known.errors.push(error);
  }
  const parts = [
    ...own.filter(({ keyword }) => !LAST.includes(keyword)).map((error) => [lineOf(error)]),
    ...[...inner.values()].map((child) => linesOf(child.errors, child.level, child.instance)),
    ...own.filter(({ keyword }) => LAST.includes(keyword)).map((error) => [lineOf(error)]),
  ];
  if (parts.length === 1) return parts[0] ?? [];
  return [`I[#${instance}] S[#${level}] validation failed`, ...parts.flat().map((line) => `  ${line}`)];
}

/** The schema one step below, on the way to the error. */
function childOf(error: SchemaError, level: string, instance: string): Place {
  const steps = error.level.slice(level.length).split('/').slice(1);
  const [, step] = error.instance.slice(instance.length).split('/');
  if (!error.level.startsWith(`${level}/`) || step === undefined) {
    return { level: error.level, instance: error.instance };
  }
  const taken = steps[0] === 'properties' ? 2 : 1;
  return { level: `${level}/${steps.slice(0, taken).join('/')}`, instance: `${instance}/${step}` };
}

function lineOf({ instance, level, keyword, message }: SchemaError): string {
  const place = keyword === '' ? level : `${level}/${keyword}`;
  return `I[#${instance}] S[#${place}] ${message}`;
}
