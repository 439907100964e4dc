/**
 * What happens to the contact of an identity that must not be in Zoho (any more): excluded by `when` (rule
 * 23), gone from Ory, or erased (rule 24). Pure, as `decide`.
 */
import { deletesContact } from '../../model/policy.ts';
import type { DecideInput } from './decide-input.ts';
import type { DecideRules } from './decide-rules.ts';
import { fieldsChangedSince } from './changed-fields.ts';
import type { FieldHashes } from './changed-fields.ts';
import { carriesId, ownerOf } from './match.ts';
import type { Plan } from './plan.ts';

/** The tags of `otherwise: tag` and `deleted: tag`. They are removed when they no longer apply. */
export const EXCLUDED_TAG = 'Ory not synced';
export const DELETED_TAG = 'Ory deleted';

type Parting = Pick<Extract<Plan, { do: 'skip' }>, 'reason'> & {
  readonly policy: DecideRules['otherwise'] | DecideRules['deleted'];
  readonly tag: string;
};

/** The parting that applies to this identity. Undefined if none does. */
function partingOf(input: DecideInput, rules: DecideRules): Parting | undefined {
  if (input.standing === 'erased') return { reason: 'erased', policy: 'delete', tag: '' };
  if (input.standing === 'gone') {
    return { reason: 'deleted', policy: input.policy ?? rules.deleted, tag: DELETED_TAG };
  }
  return input.when === false ? { reason: 'when', policy: rules.otherwise, tag: EXCLUDED_TAG } : undefined;
}

/** @returns undefined if the identity should be in Zoho */
export function decideParting(input: DecideInput, rules: DecideRules, hash: FieldHashes): Plan | undefined {
  const parting = partingOf(input, rules);
  if (parting === undefined) return undefined;
  return partFrom(parting, input, rules, hash);
}

function partFrom(
  { reason, policy, tag }: Parting,
  input: DecideInput,
  rules: DecideRules,
  hash: FieldHashes,
): Plan {
  if (input.found === undefined && (mayHaveOthers(input, rules) || mustSee(policy, input, rules))) {
    return { do: 'look_up' };
  }
  const contactIds = contactsOf(input, rules).filter(
    (id) => !deletesContact(policy) || !isAnothers(id, input, rules),
  );
  const [contactId] = contactIds;
  if (contactId === undefined) return { do: 'skip', reason, contactId: null };
  switch (policy) {
    case 'leave':
      return { do: 'skip', reason, contactId };
    case 'delete':
      return { do: 'delete', reason, contactIds };
    case 'tag':
      return input.tagged.includes(tag)
        ? { do: 'skip', reason, contactId }
        : { do: 'tag', contactId, add: [tag], remove: [] };
    case 'set': {
      const fields = fieldsChangedSince(input.otherwise, { ...input, made: false }, hash);
      return Object.keys(fields).length === 0
        ? { do: 'skip', reason, contactId }
        : { do: 'update', contactId, fields };
    }
  }
}

/** An erase must leave no contact that has the identity's id. */
function mayHaveOthers(input: DecideInput, rules: DecideRules): boolean {
  return input.standing === 'erased' && rules.oryIdField !== null;
}

/** A contact with another identity's Ory id is never deleted, even if it is linked to this one. */
function mustSee(
  policy: Parting['policy'],
  { contactId }: DecideInput,
  { oryIdField }: DecideRules,
): boolean {
  return deletesContact(policy) && contactId !== null && oryIdField !== null;
}

function isAnothers(contactId: string, input: DecideInput, { oryIdField }: DecideRules): boolean {
  if (isIdMixedIn(contactId, input, oryIdField)) return false;
  const found = Array.isArray(input.found) ? input.found.find(({ id }) => id === contactId) : undefined;
  return found !== undefined && ownerOf({ ...input, owners: NO_LINKS }, found, oryIdField) !== undefined;
}

/** The other identity's id is in the linked contact only because a call for that one went wrong (rule 21). */
export function isIdMixedIn(
  contactId: string,
  { contactId: linked, mixedIn = [] }: Pick<DecideInput, 'contactId' | 'mixedIn'>,
  oryIdField: string | null,
): boolean {
  return contactId === linked && oryIdField !== null && mixedIn.includes(oryIdField);
}

const NO_LINKS: ReadonlyMap<string, string> = new Map();

function contactsOf(input: DecideInput, { oryIdField }: DecideRules): string[] {
  const found = input.found === undefined || typeof input.found === 'string' ? [] : input.found;
  const ours = found.filter(
    (contact) => carriesId(input, contact, oryIdField) && ownerOf(input, contact, oryIdField) === undefined,
  );
  const ids = [...(input.contactId === null ? [] : [input.contactId]), ...ours.map(({ id }) => id)];
  return [...new Set(ids)];
}

/**
 * The plan when all fields are written: the mapping's tags are added, and the tags for excluded or deleted
 * are removed.
 * @param inDoubt tags that an unanswered call may have added
 */
export function withTags(
  plan: Plan,
  tagged: readonly string[],
  rules: Pick<DecideRules, 'tags'>,
  inDoubt: readonly string[] = [],
): Plan {
  if (plan.do !== 'unchanged' || plan.contactId === null) return plan;
  const add = rules.tags.filter((tag) => !tagged.includes(tag));
  const remove = [...new Set([...tagged, ...inDoubt])].filter(
    (tag) => (tag === EXCLUDED_TAG || tag === DELETED_TAG) && !rules.tags.includes(tag),
  );
  return add.length + remove.length === 0 ? plan : { do: 'tag', contactId: plan.contactId, add, remove };
}
