/**
 * What happens to the contact of an identity that is gone from Ory, or that the mapping excludes (rule 23).
 */
export const POLICIES = ['leave', 'tag', 'delete'] as const;

export type Policy = (typeof POLICIES)[number];

/** The policies, and the mapping's `otherwise: { set }`. */
type AnyPolicy = Policy | 'set';

/** What each policy does to a contact. A new policy does not compile until it is here. */
const EFFECTS: { readonly [Name in AnyPolicy]: { readonly changes: boolean; readonly deletes: boolean } } = {
  leave: { changes: false, deletes: false },
  tag: { changes: true, deletes: false },
  set: { changes: true, deletes: false },
  delete: { changes: true, deletes: true },
};

export function changesContact(policy: AnyPolicy): boolean {
  return EFFECTS[policy].changes;
}

export function deletesContact(policy: AnyPolicy): boolean {
  return EFFECTS[policy].deletes;
}

/** What happens to an existing contact when an identity adopts it (rule 17). */
export const ADOPT_POLICIES = ['overwrite', 'fill'] as const;

export type AdoptPolicy = (typeof ADOPT_POLICIES)[number];

/** Whether each policy keeps the contact's values. A new policy does not compile until it is here. */
const KEEPS_VALUES: { readonly [Name in AdoptPolicy]: boolean } = { overwrite: false, fill: true };

/** Whether the policy keeps what a contact had before the identity adopted it. */
export function keepsValues(policy: AdoptPolicy): boolean {
  return KEEPS_VALUES[policy];
}
