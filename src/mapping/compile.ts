import { createHash } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';
import type { FieldList } from '../model/contact.ts';
import type { Identity } from '../model/identity.ts';
import { canonicalJson } from '../model/json.ts';
import type { Json } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { derive, isHint } from './derived/derived.ts';
import { emailStateOf } from './derived/email-state.ts';
import { evaluateRule, evaluateWhen } from './evaluate-rule.ts';
import type { Rule } from './evaluate-rule.ts';
import { compileExpression } from './expression/expression.ts';
import type { Expression } from './expression/expression.ts';
import { neighbours } from './fit/inexact.ts';
import { madeUpLastName } from './derived/made-up-last-name.ts';
import type { Mapped, MappedField, MappingProblem } from './mapped.ts';
import type { Mapping } from './file/mapping-schema.ts';

/**
 * The version of what values are made by beside the mapping's file: the derived names, and how values are
 * fitted to fields. It rises with every change by which an identity gets another value: then contacts count
 * as made by another mapping, `backfill` corrects them, and failed rows are tried again.
 */
const VALUES_VERSION = 2;

/** Zoho demands it of every contact and lead. */
const LAST_NAME = 'Last_Name';
/** Contacts are found by it, so it is an email also where the field list lacks it. */
const EMAIL: FieldList = new Map([
  ['Email', { apiName: 'Email', dataType: 'email', unique: false, mandatory: false, writable: true }],
]);

export interface CompiledMapping extends Pick<Mapping, 'module' | 'trigger' | 'adopt' | 'recreate'> {
  /** An identity whose email is not verified may take over a contact that we did not make. */
  readonly adoptUnverified: boolean;
  /** What becomes of a contact whose identity `when` excludes. */
  readonly otherwise: Policy | 'set';
  readonly deleted: Mapping['deleted'];
  /** Id of the assignment rule that new contacts go through. */
  readonly assignmentRule: string | null;
  readonly tags: readonly string[];
  /** An expression asks for `signed_in_at`. */
  readonly readsSignIn: boolean;
  /** What becomes of an identity depends on whether its email is verified. */
  readonly readsVerified: boolean;
  /** API names of all fields it may write, the Ory-id field and those of `otherwise` among them. */
  readonly fieldNames: readonly string[];
  /** API names of the fields that it makes of an identity that is synced. */
  readonly ownNames: readonly string[];
  /** SHA-256 in hex of the whole mapping and `VALUES_VERSION`: the same for files that say the same. */
  readonly hash: string;
  /** The same with the Ory-id field: processes on one store must agree in both (rule 18). */
  readonly hashWithId: string;
  /**
   * Makes a contact of an identity, for the fields as Zoho describes them; never rejects. What an expression
   * cannot yield is left out and told in `problems`. On a hint, what depends on what a hint does not tell is
   * left out, and nothing is cleared. Last_Name is always there.
   */
  evaluate(identity: Identity, fields: FieldList): Promise<Mapped>;
}

/**
 * Compiles a mapping. Throws ConfigurationError where it maps the Ory-id field.
 * @param oryIdField API name of the field that holds the identity's id, where one is configured
 */
export function compileMapping(
  mapping: Mapping,
  { oryIdField }: { oryIdField?: string } = {},
): CompiledMapping {
  const { module, trigger, adopt, recreate, deleted, tags } = mapping;
  const set = typeof mapping.otherwise === 'object' ? mapping.otherwise.set : {};
  const names = [...Object.keys(mapping.fields), ...Object.keys(set), LAST_NAME];
  if (oryIdField !== undefined) {
    if (Object.hasOwn(mapping.fields, oryIdField)) throw mappedOryIdField(`fields.${oryIdField}`);
    if (Object.hasOwn(set, oryIdField)) throw mappedOryIdField(`otherwise.set.${oryIdField}`);
    names.push(oryIdField);
  }
  const rules: Rules = {
    when: mapping.when === undefined ? undefined : compileExpression(mapping.when),
    fields: Object.entries(mapping.fields).map(([apiName, { value, ...rule }]) => ({
      ...rule,
      apiName,
      expression: compileExpression(value),
    })),
    otherwise: Object.entries(set).map(([apiName, { value }]) => ({
      apiName,
      expression: compileExpression(value),
      write: 'always',
      clear: true,
    })),
    layout: mapping.layout,
    oryIdField,
  };
  return {
    module,
    trigger,
    adopt,
    adoptUnverified: mapping.adopt_unverified ?? true,
    recreate,
    otherwise: typeof mapping.otherwise === 'object' ? 'set' : mapping.otherwise,
    deleted,
    assignmentRule: mapping.assignment_rule ?? null,
    tags,
    readsSignIn: asks(rules, 'signed_in_at'),
    readsVerified: asks(rules, 'verified') || mapping.adopt_unverified === false,
    fieldNames: [...new Set(names)],
    ownNames: Object.keys(mapping.fields),
    hash: hashOf(mapping),
    hashWithId: hashOf(mapping, oryIdField ?? null),
    evaluate: (identity, fields) => evaluate(rules, identity, fields),
  };
}

/** Whether an expression has this name. */
function asks({ when, fields, otherwise }: Rules, name: string): boolean {
  const expressions = [...fields, ...otherwise].map(({ expression }) => expression);
  return [...expressions, ...(when === undefined ? [] : [when])].some(({ names }) => names.has(name));
}

interface Rules {
  readonly when: Expression | undefined;
  readonly fields: readonly Rule[];
  /** The fields of `otherwise: { set }`. */
  readonly otherwise: readonly Rule[];
  /** Id of the layout of new contacts. */
  readonly layout: string | undefined;
  readonly oryIdField: string | undefined;
}

async function evaluate(rules: Rules, identity: Identity, fields: FieldList): Promise<Mapped> {
  const derived = derive(identity);
  const input = { ...identity, ...derived };
  const snapshot = { input, neighbours: neighbours(input), isHint: isHint(identity) };
  const lastName = lastNameMeta(fields);
  const made = new Map<string, MappedField>();
  const problems: MappingProblem[] = [];

  const when = rules.when === undefined || (await evaluateWhen(rules.when, snapshot, problems));
  for (const rule of rules.fields) {
    const meta =
      rule.apiName === LAST_NAME ? lastName : (fields.get(rule.apiName) ?? EMAIL.get(rule.apiName));
    const field = await evaluateRule(rule, snapshot, meta, problems);
    if (field !== undefined) made.set(rule.apiName, field);
  }
  const otherwise = new Map<string, MappedField>();
  for (const rule of when === false ? rules.otherwise : []) {
    const field = await evaluateRule(rule, snapshot, fields.get(rule.apiName), problems);
    if (field !== undefined) otherwise.set(rule.apiName, field);
  }
  if ((made.get(LAST_NAME)?.value ?? null) === null) {
    const value = madeUpLastName(identity, derived, lastName.length);
    made.set(LAST_NAME, { value, write: 'on-create', clear: false, madeUp: true });
  }
  if (rules.oryIdField !== undefined) {
    made.set(rules.oryIdField, { value: identity.id, write: 'always', clear: false, madeUp: false });
  }
  if (rules.layout !== undefined) {
    made.set('Layout', { value: { id: rules.layout }, write: 'on-create', clear: false, madeUp: false });
  }
  const emailState = emailStateOf(identity, made.get('Email')?.value);
  return { when, emailState, fields: made, otherwise, ...(problems.length > 0 && { problems }) };
}

/** Whatever the field list says or lacks, Last_Name is a mandatory text; 80 is Zoho's own length. */
function lastNameMeta(fields: FieldList) {
  const length = fields.get(LAST_NAME)?.length || 80;
  return { apiName: LAST_NAME, dataType: 'text', length, unique: false, mandatory: true, writable: true };
}

function mappedOryIdField(place: string): ConfigurationError {
  const message = `${place} of the mapping is the Ory-id field (ORY_ID_FIELD).`;
  return new ConfigurationError('bad_mapping', message, {
    hint: `Take it out of the mapping: the field always gets the identity's id.`,
  });
}

function hashOf(mapping: Mapping, ...more: Json[]): string {
  const { when = null, assignment_rule = null, layout = null, adopt_unverified = true, ...rest } = mapping;
  // To say what holds anyhow is no other mapping: no contact is made anew for it.
  const keepsOff = adopt_unverified ? {} : { adopt_unverified };
  const own = { ...rest, ...keepsOff, when, assignment_rule, layout, values: VALUES_VERSION };
  const all = [own, ...more];
  return createHash('sha256').update(canonicalJson(all)).digest('hex');
}
