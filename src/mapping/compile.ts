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
 * The version of the code that makes the values. It derives names and fits values to fields. Raise it with
 * every change after which some identity gets another value. Then contacts count as made by another mapping,
 * `backfill` corrects them, and failed rows are tried again.
 */
const VALUES_VERSION = 2;

/** Zoho requires it for every contact and lead. */
const LAST_NAME = 'Last_Name';
/** Contacts are found by it, so it is an email even if the field list lacks it. */
const EMAIL: FieldList = new Map([
  ['Email', { apiName: 'Email', dataType: 'email', unique: false, mandatory: false, writable: true }],
]);

/** Keys of the mapping file that are about the values, or about how they are sent. */
type OtherKeys = 'module' | 'trigger' | 'when' | 'fields' | 'layout' | 'assignment_rule';

/**
 * The operator's rules about contacts, for `decide`. A new key of the mapping file becomes one of them
 * automatically.
 */
export interface ContactRules extends Readonly<Omit<Mapping, OtherKeys | 'otherwise' | 'adopt_unverified'>> {
  /** An identity with an unverified email may adopt a contact that we did not make. */
  readonly adoptUnverified: boolean;
  /** What happens to a contact whose identity `when` excludes. */
  readonly otherwise: Policy | 'set';
}

export interface CompiledMapping extends Pick<Mapping, 'module' | 'trigger'> {
  readonly contactRules: ContactRules;
  /** The id of the assignment rule for new contacts. */
  readonly assignmentRule: string | null;
  /** An expression uses `signed_in_at`. */
  readonly readsSignIn: boolean;
  /** The result for an identity depends on whether its email is verified. */
  readonly readsVerified: boolean;
  /** API names of all fields it may write, including the Ory-id field and those of `otherwise`. */
  readonly fieldNames: readonly string[];
  /** API names of the fields that it makes for an identity that is synced. */
  readonly ownNames: readonly string[];
  /**
   * SHA-256 in hex of the whole mapping and `VALUES_VERSION`. Files with the same meaning have the same hash.
   */
  readonly hash: string;
  /** The same with the Ory-id field. Processes on one store must agree in both (rule 18). */
  readonly hashWithId: string;
  /**
   * Makes a contact from an identity, for these fields of Zoho. Never rejects. If an expression fails, its
   * field is left out and appears in `problems`. For a hint, fields that need more data than a hint has are
   * left out, and nothing is cleared. Last_Name is always there.
   */
  evaluate(identity: Identity, fields: FieldList): Promise<Mapped>;
}

/**
 * Compiles a mapping.
 * @param oryIdField API name of the field that holds the identity's id, if one is configured
 * @throws ConfigurationError if the mapping sets the Ory-id field
 */
export function compileMapping(
  mapping: Mapping,
  { oryIdField }: { oryIdField?: string } = {},
): CompiledMapping {
  const { module, trigger, when, fields, layout, assignment_rule, otherwise, adopt_unverified, ...chosen } =
    mapping;
  const set = typeof otherwise === 'object' ? otherwise.set : {};
  const names = [...Object.keys(fields), ...Object.keys(set), LAST_NAME];
  if (oryIdField !== undefined) {
    if (Object.hasOwn(fields, oryIdField)) throw mappedOryIdField(`fields.${oryIdField}`);
    if (Object.hasOwn(set, oryIdField)) throw mappedOryIdField(`otherwise.set.${oryIdField}`);
    names.push(oryIdField);
  }
  const rules: Rules = {
    when: when === undefined ? undefined : compileExpression(when),
    fields: Object.entries(fields).map(([apiName, { value, ...rule }]) => ({
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
    layout,
    oryIdField,
  };
  return {
    module,
    trigger,
    contactRules: {
      ...chosen,
      adoptUnverified: adopt_unverified ?? true,
      otherwise: typeof otherwise === 'object' ? 'set' : otherwise,
    },
    assignmentRule: assignment_rule ?? null,
    readsSignIn: asks(rules, 'signed_in_at'),
    readsVerified: asks(rules, 'verified') || adopt_unverified === false,
    fieldNames: [...new Set(names)],
    ownNames: Object.keys(fields),
    hash: hashOf(mapping),
    hashWithId: hashOf(mapping, oryIdField ?? null),
    evaluate: (identity, fields) => evaluate(rules, identity, fields),
  };
}

/** Whether an expression reads this name. */
function asks({ when, fields, otherwise }: Rules, name: string): boolean {
  const expressions = [...fields, ...otherwise].map(({ expression }) => expression);
  return [...expressions, ...(when === undefined ? [] : [when])].some(({ names }) => names.has(name));
}

interface Rules {
  readonly when: Expression | undefined;
  readonly fields: readonly Rule[];
  /** The fields of `otherwise: { set }`. */
  readonly otherwise: readonly Rule[];
  /** The id of the layout for new contacts. */
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

/**
 * Last_Name is mandatory text, even if the field list lacks it or says otherwise. 80 is Zoho's own length.
 */
function lastNameMeta(fields: FieldList) {
  const length = fields.get(LAST_NAME)?.length || 80;
  return { apiName: LAST_NAME, dataType: 'text', length, unique: false, mandatory: true, writable: true };
}

function mappedOryIdField(place: string): ConfigurationError {
  const message = `${place} of the mapping is the Ory-id field (ORY_ID_FIELD).`;
  return new ConfigurationError('bad_mapping', message, {
    hint: `Remove it from the mapping. The field always gets the identity's id.`,
  });
}

function hashOf(mapping: Mapping, ...more: Json[]): string {
  const { when = null, assignment_rule = null, layout = null, adopt_unverified = true, ...rest } = mapping;
  // A file that only states the default keeps its hash, so no contact is written again for it.
  const keepsOff = adopt_unverified ? {} : { adopt_unverified };
  const own = { ...rest, ...keepsOff, when, assignment_rule, layout, values: VALUES_VERSION };
  const all = [own, ...more];
  return createHash('sha256').update(canonicalJson(all)).digest('hex');
}
