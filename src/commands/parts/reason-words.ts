import { lookUpWait } from '../../model/look-up-wait.ts';
import type { Reason } from '../../model/outcome.ts';

/** Why an identity is skipped, in words. Failures have their own messages. */
const WORDS: { readonly [Name in Reason]?: string } = {
  when: '`when` of the mapping is false',
  no_email: 'it has no email, and there is no ORY_ID_FIELD to find a contact by',
  unverified_match:
    'a contact that ory-zoho did not make has its email, which Ory has not verified (adopt_unverified: false)',
  needs_full_webhook: '`when` of the mapping needs data that the webhook did not have',
  erased: 'it was erased; `ory-zoho erase <id> --lift` allows it again',
  deleted: 'it was deleted in Ory',
  contact_deleted: 'its contact is gone from Zoho, and the mapping has `recreate: false`',
};

const BY_REASON: ReadonlyMap<string, string | undefined> = new Map(Object.entries(WORDS));

/** Why an identity is skipped or waits, in words. @returns undefined if the reason says it all */
export function reasonWords(reason: string): string | undefined {
  return lookUpWait(reason)?.cause ?? BY_REASON.get(reason);
}
