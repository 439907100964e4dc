import { describe, expect, it } from 'vitest';
import { runBackfill } from '../processes/backfill-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const PEOPLE = [
  { email: ' kim@example.org', name: { first: 'Kim', last: 'Oh' } },
  { email: 'lou@example.org ', name: { first: 'Lou', last: 'Po' } },
  { email: '\tmax@example.org', name: { first: 'Max', last: 'Qu' } },
  { email: '\u3000\uFEFFnia@example.org\u200B\r\n', name: { first: 'Nia', last: 'Ru' } },
];
const EMAILS = ['kim@example.org', 'lou@example.org', 'max@example.org', 'nia@example.org'];

describe('an email with blanks around it', () => {
  it.each([
    ['with COQL', {}],
    ['without COQL', { scopes: ['ZohoCRM.modules.ALL', 'ZohoCRM.settings.ALL', 'ZohoCRM.org.READ'] }],
  ])('makes a contact with the trimmed email, %s', async (_how, options) => {
    const sandbox = await aSandbox(options);
    const serve = await aServe(sandbox);
    for (const traits of PEOPLE) {
      const identity = await sandbox.control.createIdentity({ traits });
      expect((await serve.send(identity, 'registration')).status).toBe(200);
    }
    const contacts = await eventually(async () => {
      const found = await sandbox.control.contacts();
      return found.length === PEOPLE.length && found;
    });
    expect(contacts.map(({ fields }) => fields['Email']).toSorted()).toEqual(EMAILS);
    expect(contacts.map(({ fields }) => fields['First_Name']).toSorted()).toEqual([
      'Kim',
      'Lou',
      'Max',
      'Nia',
    ]);
  });

  it('finds the existing contact under the trimmed email', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.putContact(null, { Email: 'kim@example.org', Last_Name: 'Old' });
    const [traits = {}] = PEOPLE;
    await sandbox.control.createIdentity({ traits });
    expect((await runBackfill(sandbox)).last).toMatchObject({ created: 0, updated: 1 });
    const contacts = await sandbox.control.contacts();
    expect(contacts.map((contact) => [contact.id, contact.fields['Last_Name']])).toEqual([[id, 'Oh']]);
  });
});

describe('control characters', () => {
  it('do not get into single-line fields', async () => {
    const sandbox = await aSandbox();
    const traits = {
      email: 'k\0im@example.org\u0007',
      name: { first: 'K\u0001im\nAnn', last: '\u2028Oh\u009F' },
      phone: '\u202A+49 30\u00001\u202C',
    };
    const { id } = await sandbox.control.createIdentity({ traits });
    const { first, code } = await sync(sandbox, ['--id', id], { folder: newFolder() });
    expect(first).toMatchObject({ action: 'created', left_out: [] });
    expect(code).toBe(0);
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({
      Email: 'kim@example.org',
      First_Name: 'Kim Ann',
      Last_Name: 'Oh',
      Phone: '+49 301',
    });
  });
});
