import { expect, test } from 'vitest';
import type { Search } from '../../sync/find-identity/with-contacts.ts';
import { resultOf } from './erase-result.ts';
import type { After } from './erase-result.ts';
import type { IdentityContacts } from '../../sync/find-identity/whose-contacts.ts';

function shown(id: string) {
  return { id, name: null, email: null };
}

const subject: IdentityContacts = {
  identityId: 'ann',
  emailKey: null,
  erasure: undefined,
  searched: true,
  contacts: [shown('1')],
  inDoubt: true,
  doubted: [shown('2')],
  others: [{ contact: shown('3'), ownerId: 'bob', by: 'link' }],
};
const search: Search = { subjects: [subject], unlinked: [shown('4')], problems: [] };

test.each<[string, 'erased' | 'queued', After, object]>([
  [
    'what waits: the contact in doubt is neither its own nor safe',
    'queued',
    {},
    {
      contact_ids: ['1'],
      in_doubt_contact_ids: ['2'],
      other_contact_ids: ['3'],
      unlinked_contact_ids: ['4'],
    },
  ],
  [
    'the contact in doubt was its own',
    'erased',
    { deleted: ['1', '2'], gone: ['1', '2'] },
    { contact_ids: ['1', '2'], in_doubt_contact_ids: [], unlinked_contact_ids: ['4'] },
  ],
  [
    'the contact in doubt was not its own',
    'erased',
    { deleted: ['1'], gone: ['1'] },
    { contact_ids: ['1'], in_doubt_contact_ids: [], unlinked_contact_ids: ['4', '2'] },
  ],
  [
    'contacts that were to stay were its own by the time of the deletion',
    'erased',
    { deleted: ['1', '3', '4'], gone: ['1', '3', '4'] },
    { contact_ids: ['1', '3', '4'], other_contact_ids: [], unlinked_contact_ids: ['2'] },
  ],
  [
    'Zoho has not shown that one is gone',
    'erased',
    { deleted: ['1', '2'], gone: ['1'] },
    { contact_ids: ['1'], unseen_contact_ids: ['2'] },
  ],
])('%s', (_says, state, after, expected) => {
  expect(resultOf(search, subject, { state }, after)).toMatchObject(expected);
});
