/**
 * What to do for one identity: rules 16 to 24. Pure. It gets the mapped fields, the ledger row and the
 * contacts found (or undefined before the lookup), and returns a plan as data.
 */
import type { FieldValue, FoundContact } from '../../model/contact.ts';
import type { Reason } from '../../model/outcome.ts';
import { waitsBecause } from '../../model/look-up-wait.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import { decideApart } from './apart.ts';
import { fieldsOfLinked, fills, keepsOff, mustLookFirst, mustSee } from './adoption.ts';
import { fieldsThatDiffer, fieldsToCreate } from './changed-fields.ts';
import type { FieldHashes } from './changed-fields.ts';
import type { DecideInput } from './decide-input.ts';
import type { DecideRules } from './decide-rules.ts';
import { fieldsOfHeir } from './inherit.ts';
import { fieldsMixedIn } from './mixed-in.ts';
import { insertPlan } from './insert-plan.ts';
import type { InsertPlan, InsertRules } from './insert-plan.ts';
import { carriesId, chooseContact, ownerOf } from './match.ts';
import { decideParting } from './parting.ts';
import type { Plan } from './plan.ts';
import { isForCreateOnly } from './write-rules.ts';

export function decide(input: DecideInput, rules: DecideRules, hash: FieldHashes): Plan {
  if (input.standing === 'here' && input.deleted) return skip('deleted', input);
  if (input.standing === 'here' && input.when === 'unknown') return skip('needs_full_webhook', input);
  const parting = decideParting(input, rules, hash);
  if (parting !== undefined) return parting;
  if (input.contactId !== null) return decideLinked(input, input.contactId, rules, hash);

  const email = textOf(input.fields.get('Email'));
  if (email === null && rules.oryIdField === null) return skip('no_email', input);
  if (input.found === undefined) return { do: 'look_up' };
  const recreates = !input.linkGone || rules.recreate;
  if (typeof input.found === 'string') {
    if (!recreates) return skip('contact_deleted', input);
    if (!mustLookFirst(input, rules)) return decideUnseen(input, rules);
    return { do: 'wait', reason: waitsBecause(input.found) };
  }
  const [apart, others] = partition(input.found, ({ id }) => input.apartFrom?.has(id) === true);
  const match = chooseContact(input, others, email, rules.oryIdField);
  if (match !== undefined) return decideFound(input, match, rules, hash);
  const [first, ...more] = apart;
  if (first !== undefined) return decideApart(input, [first, ...more], rules);
  if (!recreates) return skip('contact_deleted', input);
  return insertPlan(fieldsToCreate(input.fields), {}, rules);
}

function partition<Item>(items: readonly Item[], fits: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

function skip(reason: Reason, { contactId }: DecideInput): Plan {
  return { do: 'skip', reason, contactId };
}

function decideLinked(input: DecideInput, contactId: string, rules: DecideRules, hash: FieldHashes): Plan {
  const { found } = input;
  const linked = { ...input, fills: fills(input, rules), oryIdField: rules.oryIdField };
  const inherited = input.inherited?.contactId === contactId ? input.inherited : undefined;
  if ((inherited !== undefined || mustSee(linked, hash)) && found === undefined) return { do: 'look_up' };
  const known = typeof found === 'string' ? undefined : found?.find(({ id }) => id === contactId);
  const seen = known ?? { id: contactId, fields: {} };
  const own =
    inherited === undefined
      ? fieldsOfLinked(linked, seen, hash)
      : fieldsOfHeir({ ...input, ...rules, policy: policyOf(input, rules) }, seen, inherited, hash);
  const fields = { ...own, ...fieldsMixedIn(input, rules.mandatory, hash) };
  if (Object.keys(fields).length === 0) return { do: 'unchanged', contactId };
  return { do: 'update', contactId, fields };
}

function decideFound(input: DecideInput, match: FoundContact, rules: DecideRules, hash: FieldHashes): Plan {
  const ownerId = ownerOf(input, match, rules.oryIdField);
  if (ownerId !== undefined) return { do: 'ask_owner', ownerId, contactId: match.id };
  const ours = carriesId(input, match, rules.oryIdField);
  const made = input.inherited?.contactId === match.id && input.inherited.origin === 'made';
  if (!ours && !made && keepsOff(input, rules)) {
    return { do: 'skip', reason: 'unverified_match', contactId: null, matchId: match.id };
  }
  // A contact that we did not make was merged into this one, so its promise applies here too.
  const isKnownAsFound = input.linkGone && fills(input, rules);
  const adopting = ours && !isKnownAsFound ? 'overwrite' : policyOf(input, rules);
  const { remembered, inDoubt, inherited } = input;
  const fields =
    inherited?.contactId === match.id
      ? fieldsOfHeir({ ...input, ...rules, policy: policyOf(input, rules) }, match, inherited, hash)
      : fieldsThatDiffer(input.fields, match, adopting, remembered, inDoubt, hash);
  // The Ory-id field is written on every adoption, under every policy, because it marks the contact as ours.
  const oryId = rules.oryIdField === null ? undefined : input.fields.get(rules.oryIdField)?.value;
  const marked = rules.oryIdField !== null && match.fields[rules.oryIdField] === oryId;
  const withId =
    rules.oryIdField !== null && oryId != null && !marked ? { ...fields, [rules.oryIdField]: oryId } : fields;
  if (Object.keys(withId).length === 0) return { do: 'unchanged', contactId: match.id };
  return { do: 'update', contactId: match.id, fields: withId };
}

function policyOf({ insists = false }: DecideInput, { adopt }: DecideRules): DecideRules['adopt'] {
  return insists ? 'overwrite' : adopt;
}

/**
 * Lookups are not allowed (no COQL scope), so the upsert decides. Fields for new contacts only follow once
 * its answer says "insert".
 */
function decideUnseen(input: Pick<DecideInput, 'fields' | 'matchesNobody'>, rules: InsertRules): InsertPlan {
  const onCreate: { [field: string]: FieldValue } = {};
  const always: { [field: string]: FieldValue } = {};
  for (const [name, value] of Object.entries(fieldsToCreate(input.fields))) {
    const field = input.fields.get(name);
    const follows = field !== undefined && isForCreateOnly(field) && input.matchesNobody !== true;
    (follows ? onCreate : always)[name] = value;
  }
  return insertPlan(always, onCreate, rules);
}

/**
 * Repeats an upsert that got no answer, if its contact cannot be looked up. It has the same email and the
 * same `duplicate_check_fields`.
 * @param email as it was sent
 */
export function repeatUnseen(
  input: Pick<DecideInput, 'fields'>,
  email: string,
  matchBy: readonly string[],
  rules: InsertRules,
): InsertPlan {
  const plan = decideUnseen(input, rules);
  return { ...plan, fields: { ...plan.fields, Email: email }, matchBy, afterwards: {} };
}

function textOf(field: MappedField | undefined): string | null {
  return typeof field?.value === 'string' ? field.value : null;
}
