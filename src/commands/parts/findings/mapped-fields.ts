import type { Mapping } from '../../../mapping/file/mapping-schema.ts';
import type { FieldList, FieldMeta } from '../../../model/contact.ts';
import { WITHOUT_ID_FIELD } from '../without-id-field.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** Zoho gives a length to fields of other types too, which are not counted in characters. */
const HAVE_LENGTHS: ReadonlySet<string> = new Set(['text', 'email', 'phone']);

/** What is never cut needs its whole length: an address (Zoho's own length for it), a number in E.164 with its plus. */
const WHOLE: ReadonlyMap<string, number> = new Map([
  ['email', 100],
  ['phone', 16],
  ['id', 36],
]);
/** A name cut shorter than this is no longer one. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['first_name', 20],
  ['last_name', 20],
  ['full_name', 40],
]);

/** The mapping against the module's fields as Zoho describes them: there, writable, long enough, none missing. */
export function checkFields(mapping: Mapping, fields: FieldList, oryIdField: string | null): Finding[] {
  const mapped = Object.entries(mapping.fields);
  const problems = [
    ...mapped.flatMap(([name, { value }]) => fieldProblems(name, value, fields.get(name), mapping.module)),
    ...unmappedMandatory(mapping, fields, oryIdField),
  ];
  if (problems.length > 0) return problems;
  return [ok('fields', `all ${mapped.length} are in ${mapping.module}, writable and long enough`)];
}

function fieldProblems(name: string, value: string, meta: FieldMeta | undefined, module: string): Finding[] {
  if (meta === undefined) {
    const fix = 'Correct the API name in the mapping, or make the field in Zoho.';
    return [fail('fields', `${name} is no field of ${module}`, fix)];
  }
  if (!meta.writable) {
    const fix = 'Take it out of the mapping, or let the profile of the connected Zoho user edit it.';
    return [fail('fields', `${name} is read-only or hidden in Zoho`, fix)];
  }
  const whole = WHOLE.get(value);
  const needed = whole ?? NAMES.get(value) ?? 0;
  if (!HAVE_LENGTHS.has(meta.dataType) || !meta.length || meta.length >= needed) return [];
  const harm = whole === undefined ? 'longer ones are cut' : 'Zoho refuses longer ones';
  return [
    warn(
      'fields',
      `${name} takes ${meta.length} characters, ${value} may have ${needed}: ${harm}`,
      'Raise "Number of characters allowed" of the field in Zoho.',
    ),
  ];
}

/** A record without a mandatory field is refused. Last_Name is always sent. */
function unmappedMandatory(mapping: Mapping, fields: FieldList, oryIdField: string | null): Finding[] {
  const sent = new Set([...Object.keys(mapping.fields), 'Last_Name', oryIdField]);
  return [...fields.values()]
    .filter(({ mandatory, apiName }) => mandatory && !sent.has(apiName))
    .map(({ apiName }) =>
      fail(
        'fields',
        `${apiName} is mandatory in ${mapping.module} and not in the mapping: Zoho refuses every new contact`,
        `Add ${apiName} to the mapping, if only as a constant: ${apiName}: { value: "'…'", write: on-create }`,
      ),
    );
}

/** The field that holds the identity's id: text, unique, and long enough for a UUID. */
export function checkOryIdField(oryIdField: string | null, fields: FieldList, module: string): Finding {
  if (oryIdField === null) {
    return warn(
      'ory_id_field',
      `ORY_ID_FIELD is not set: ${WITHOUT_ID_FIELD}.`,
      'Run "ory-zoho init": it makes a unique field for the id of the identity.',
    );
  }
  const meta = fields.get(oryIdField);
  const problem = meta === undefined ? `is no field of ${module}` : idFieldProblem(meta);
  if (problem === undefined) return ok('ory_id_field', `${oryIdField} is unique`);
  return fail(
    'ory_id_field',
    `ORY_ID_FIELD=${oryIdField} ${problem}`,
    'Make a single-line text field with "Do not allow duplicate values" in Zoho and name it, or run "ory-zoho init".',
  );
}

function idFieldProblem(meta: FieldMeta): string | undefined {
  if (!meta.unique) return 'is not unique: an upsert by it would match anything';
  if (!meta.writable) return 'is read-only or hidden in Zoho';
  if (meta.dataType !== 'text') return `is of the type ${meta.dataType}, not text`;
  if (meta.length && meta.length < 36) return `takes ${meta.length} characters, an id has 36`;
  return undefined;
}
