import { expect, it } from 'vitest';
import { connected } from './connected.ts';

it.each(['doubled', 'backslash'] as const)(
  'a contact with a quote in its email is found where Zoho takes quotes %s',
  async (coqlEscape) => {
    const { zoho, control } = await connected({ coqlEscape });
    const emails = ['ann@example.com', "o'brien@example.com"];
    const ids = await control.seedContacts(emails.map((Email) => ({ Last_Name: 'Lee', Email })));
    const answer = await zoho.lookUp({ module: 'Contacts', select: [], emails, oryIds: [], ids: [] });
    expect(answer).toMatchObject({ kind: 'found', contacts: ids.map((id) => ({ id })) });
  },
);

it.each([true, false])(
  'a contact is found by the email it has, if COQL ignores case: %j',
  async (coqlIgnoresCase) => {
    const { zoho, control } = await connected({ coqlIgnoresCase });
    const emails = ['ann@example.com'];
    const ids = await control.seedContacts(emails.map((Email) => ({ Last_Name: 'Lee', Email })));
    const answer = await zoho.lookUp({ module: 'Contacts', select: [], emails, oryIds: [], ids: [] });
    expect(answer).toMatchObject({ kind: 'found', contacts: ids.map((id) => ({ id })) });
  },
);
