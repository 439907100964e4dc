/**
 * What happens to the contact of an identity that is gone from Ory, or that the mapping excludes (rule 23).
 */
export const POLICIES = ['leave', 'tag', 'delete'] as const;

export type Policy = (typeof POLICIES)[number];

/** What happens to an existing contact when an identity adopts it (rule 17). */
export const ADOPT_POLICIES = ['overwrite', 'fill'] as const;

export type AdoptPolicy = (typeof ADOPT_POLICIES)[number];
