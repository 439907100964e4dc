import type { Mapping } from '../../../mapping/file/mapping-schema.ts';
import type { FieldList, FieldMeta } from '../../../model/contact.ts';
import { WITHOUT_ID_FIELD } from '../without-id-field.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** Fields of other types have a length too, but it does not count characters. */
const HAVE_LENGTHS: ReadonlySet<string> = new Set(['text', 'email', 'phone']);

/**
 * Values that are never cut need their full length: an email (Zoho's own length), a phone number in E.164
 * with its plus.
 */
const WHOLE: ReadonlyMap<string, number> = new Map([
  ['email', 100],
  ['phone', 16],
  ['id', 36],
]);
/** A name that is cut shorter than this is useless. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['first_name', 20],
  ['last_name', 20],
  ['full_name', 40],
]);

/**
 * Compares the mapping with the module's fields in Zoho: they must exist, be writable and long enough, and no
 * mandatory field may be missing.
 */
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
    const fix = 'Correct the API name in the mapping, or create the field in Zoho.';
    return [fail('fields', `${module} has no field ${name}`, fix)];
  }
  if (!meta.writable) {
    const fix = 'Remove it from the mapping, or let the profile of the connected Zoho user edit it.';
    return [fail('fields', `${name} is read-only or hidden in Zoho`, fix)];
  }
  const whole = WHOLE.get(value);
  const needed = whole ?? NAMES.get(value) ?? 0;
  if (!HAVE_LENGTHS.has(meta.dataType) || !meta.length || meta.length >= needed) return [];
  const harm = whole === undefined ? 'longer values are cut' : 'Zoho refuses longer values';
  return [
    warn(
      'fields',
      `${name} takes ${meta.length} characters, but ${value} may have ${needed}: ${harm}`,
      'Raise "Number of characters allowed" of this field in Zoho.',
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
        `${apiName} is mandatory in ${mapping.module} but not in the mapping: Zoho refuses every new contact`,
        `Add ${apiName} to the mapping, for example as a constant: ${apiName}: { value: "'…'", write: on-create }`,
      ),
    );
}

/** Checks the field that holds the identity's id: it must be text, unique, and long enough for a UUID. */
export function checkOryIdField(oryIdField: string | null, fields: FieldList, module: string): Finding {
  if (oryIdField === null) {
    return warn(
      'ory_id_field',
      `ORY_ID_FIELD is not set: ${WITHOUT_ID_FIELD}.`,
      'Run "ory-zoho init", which creates a unique field for the id of the identity.',
    );
  }
  const meta = fields.get(oryIdField);
  const problem = meta === undefined ? `does not exist in ${module}` : idFieldProblem(meta);
  if (problem === undefined) return ok('ory_id_field', `${oryIdField} is unique`);
  return fail(
    'ory_id_field',
    `ORY_ID_FIELD=${oryIdField} ${problem}`,
    'Create a single-line text field with "Do not allow duplicate values" in Zoho and set ORY_ID_FIELD to its API name, or run "ory-zoho init".',
  );
}

function idFieldProblem(meta: FieldMeta): string | undefined {
  if (!meta.unique) return 'is not unique, so Zoho cannot find a contact by it';
  if (!meta.writable) return 'is read-only or hidden in Zoho';
  if (meta.dataType !== 'text') return `is of the type ${meta.dataType}, not text`;
  if (meta.length && meta.length < 36) return `takes ${meta.length} characters, but an id has 36`;
  return undefined;
}
