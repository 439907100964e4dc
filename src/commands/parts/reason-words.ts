import type { Reason } from '../../model/outcome.ts';

/** Why an identity is skipped, or waits, for the user; failures come with a message of their own. */
const WORDS: { readonly [Name in Reason]?: string } = {
  when: '`when` of the mapping is false',
  no_email: 'it has no email, and there is no ORY_ID_FIELD to find a contact by',
  needs_coql:
    'the mapping needs ZohoCRM.coql.READ for newcomers, and the connection lacks it; run `ory-zoho init`',
  unverified_match:
    'a contact that ory-zoho did not make has its email, which Ory has not verified (adopt_unverified: false)',
  needs_full_webhook: '`when` of the mapping asks for what is not known of it',
  erased: 'it was erased; `ory-zoho erase <id> --lift` lets it back',
  deleted: 'it was deleted in Ory',
  contact_deleted: 'its contact is gone in Zoho, and the mapping says `recreate: false`',
};

const BY_REASON: ReadonlyMap<string, string | undefined> = new Map(Object.entries(WORDS));

/** @returns undefined: there is no more to say than the reason */
export function reasonWords(reason: string): string | undefined {
  return BY_REASON.get(reason);
}
