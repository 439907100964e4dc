/** What becomes of the contact of an identity that is gone from Ory, or that the mapping excludes (rule 23). */
export const POLICIES = ['leave', 'tag', 'delete'] as const;

export type Policy = (typeof POLICIES)[number];
