import { ConfigurationError, OryZohoError } from '../../../errors.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { FieldList, FieldMeta } from '../../../model/contact.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import type { Ask, PromptChoice } from '../answers/ask.ts';
import { WITHOUT_ID_FIELD } from '../../parts/without-id-field.ts';
import { say } from '../../terminal/print.ts';
import { done, warn } from '../talk.ts';
import { zohoError } from './zoho-error.ts';

const LABEL = 'Ory Identity ID';
const API_NAME = 'Ory_Identity_ID';
/** An identity's id is a UUID of 36 characters. */
const UUID_LENGTH = 36;
const LENGTH = 64;
/** The limit of every edition (Zoho CRM API, "Create Custom Field"). */
const UNIQUE_FIELDS = 2;

const LOST = `Without it, ${WITHOUT_ID_FIELD}.`;

export interface IdFieldParts {
  readonly zoho: ZohoClient;
  readonly mapping: CompiledMapping;
  /** Undefined if they cannot be read. */
  readonly fields: FieldList | undefined;
  /** The wanted field: `create`, `none`, or an API name; undefined to ask. */
  readonly wanted: string | undefined;
  /** The field in use until now. */
  readonly saved: string | undefined;
  /** Whether the scopes allow creating a field. */
  readonly mayCreate: boolean;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/** Decides which unique field holds the identity's id, and creates it if wanted. Null means no field. */
export async function settleIdField(parts: IdFieldParts): Promise<string | null> {
  const { fields, wanted, mapping } = parts;
  if (fields === undefined) {
    if (wanted === undefined || wanted === 'none') return without();
    throw new OryZohoError('missing_scopes', 'The fields cannot be read, so no Ory-id field can be chosen.', {
      hint: 'Connect again with ZohoCRM.settings.fields.READ, or give --ory-id-field none.',
      exitCode: 4,
    });
  }
  const name = wanted === undefined ? await askForField(parts, fields) : await take(wanted, parts, fields);
  if (name === 'none') return without();
  done(`${name} holds the identity's id in ${mapping.module}`);
  return name;
}

/**
 * Asks until there is a field. If Zoho does not create it, the error is shown and the question repeated, so
 * that the Zoho code is not lost.
 */
async function askForField(parts: IdFieldParts, fields: FieldList): Promise<string> {
  for (let { mayCreate } = parts; ; mayCreate = false) {
    try {
      return await take(await choose({ ...parts, mayCreate }, fields), parts, fields);
    } catch (error) {
      if (!mayCreate || !parts.ask.interactive || !(error instanceof OryZohoError)) throw error;
      warn(`${error.message} ${error.hint}`);
    }
  }
}

/**
 * Checks or creates the wanted field; `none` stays `none`.
 * @throws OryZohoError for a field that does not fit or cannot be created
 */
async function take(wanted: string, parts: IdFieldParts, fields: FieldList): Promise<string> {
  if (wanted === 'none') return wanted;
  const name = wanted === 'create' ? API_NAME : wanted;
  const field = fields.get(name);
  if (wanted === 'create' && field === undefined) return create(parts, fields);
  const problem = problemWith(name, field, parts.mapping);
  if (problem === undefined) return name;
  const fit = [...candidates(fields, parts.mapping), 'none'].join(' or ');
  throw new ConfigurationError('ory_id_field', `${name} cannot hold the identity's id: ${problem}.`, {
    hint: `Give --ory-id-field ${fit}, or create a unique single-line field in Zoho.`,
  });
}

function without(): null {
  warn(LOST);
  return null;
}

async function choose({ saved, mapping, mayCreate, ask }: IdFieldParts, fields: FieldList): Promise<string> {
  const fit = candidates(fields, mapping);
  const unique = uniqueFields(fields);
  const full = unique.length >= UNIQUE_FIELDS;
  const creatable = mayCreate && !full && !fields.has(API_NAME);
  if (full)
    say(
      `Zoho allows ${UNIQUE_FIELDS} unique fields per module, and ${unique.join(' and ')} are already unique.`,
    );
  const choices: PromptChoice<string>[] = [
    ...fit.map((name) => ({ value: name, name: `Use ${name}`, description: 'It exists and is unique.' })),
    ...(creatable
      ? [{ value: 'create', name: `Create "${LABEL}"`, description: 'A unique text field.' }]
      : []),
    { value: 'none', name: 'None', description: LOST },
  ];
  const best = [saved, API_NAME, 'create', fit[0]];
  return ask.choice({
    message: `Which field of ${mapping.module} should hold the identity's id? It finds the contact even when the email changes.`,
    flag: '--ory-id-field create, none, or the API name of a unique field',
    choices,
    initial: best.find((name) => choices.some(({ value }) => value === name)) ?? 'none',
  });
}

async function create({ zoho, mapping, signal }: IdFieldParts, fields: FieldList): Promise<string> {
  const answer = await zoho.createUniqueText(mapping.module, { label: LABEL, length: LENGTH }, signal);
  if (answer.kind === 'no_scope') {
    throw new OryZohoError('missing_scopes', 'The connection lacks the scope to create fields.', {
      hint: 'Connect again with ZohoCRM.settings.fields.CREATE, or create the field in Zoho and give its API name with --ory-id-field.',
      exitCode: 4,
    });
  }
  if (answer.kind === 'not_created') throw notCreated(answer, uniqueFields(fields));
  if (answer.kind !== 'created') throw zohoError(`Creating the field "${LABEL}"`, answer);

  const again = await zoho.fields(mapping.module, signal);
  if (again.kind !== 'fields')
    throw new OryZohoError('field_not_found', 'The new field cannot be read back.', NOT_FOUND);
  const name = candidates(again.fields, mapping).find((candidate) => !fields.has(candidate));
  if (name === undefined)
    throw new OryZohoError('field_not_found', 'The new field is not in the list.', NOT_FOUND);
  return name;
}

const NOT_FOUND = {
  hint: 'Let the profile of this user see the field in Zoho, then give its API name with --ory-id-field.',
};

function notCreated(
  { code, message }: { readonly code: string; readonly message: string },
  unique: readonly string[],
): OryZohoError {
  const hint =
    code === 'LIMIT_EXCEEDED'
      ? `Zoho allows ${UNIQUE_FIELDS} unique fields per module, and limits custom fields by edition. Unique here: ${unique.join(', ') || 'none'}. Use one of them with --ory-id-field, or --ory-id-field none.`
      : code === 'DUPLICATE_DATA'
        ? `There is a field with the label "${LABEL}", but it is not unique text. Rename it or make it unique in Zoho.`
        : 'Create a unique single-line field in Zoho and give its API name with --ory-id-field, or give --ory-id-field none.';
  return new OryZohoError(
    `zoho_${code.toLowerCase()}`,
    `Zoho did not create the field "${LABEL}": ${message}`,
    {
      hint,
    },
  );
}

function candidates(fields: FieldList, mapping: CompiledMapping): readonly string[] {
  return [...fields.values()]
    .filter((field) => problemWith(field.apiName, field, mapping) === undefined)
    .map(({ apiName }) => apiName);
}

function uniqueFields(fields: FieldList): readonly string[] {
  return [...fields.values()].filter(({ unique }) => unique).map(({ apiName }) => apiName);
}

function problemWith(
  name: string,
  field: FieldMeta | undefined,
  mapping: CompiledMapping,
): string | undefined {
  if (field === undefined) return 'there is no such field';
  if (field.dataType !== 'text') return `it is not single-line text (${field.dataType})`;
  if (!field.unique) return 'it is not unique ("Do not allow duplicate values")';
  if ((field.length ?? UUID_LENGTH) < UUID_LENGTH)
    return `it takes ${field.length} characters, but an id has ${UUID_LENGTH}`;
  if (!field.writable) return 'it is read-only or hidden for this user';
  return mapping.fieldNames.includes(name) ? 'the mapping writes it' : undefined;
}
