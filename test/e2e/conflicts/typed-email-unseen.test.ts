/**
 * Rule 21 without the COQL scope: a salesperson typed a newcomer's email into the contact of another identity.
 * Nothing shows that before the newcomer's upsert has written to that contact.
 */
import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const MAPPING = `when: traits.member
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Department: { value: traits.department, clear: false }
`;

const UNSEEN: [string, Setting][] = [
  ['without the Ory-id field', { ...NO_COQL, mapping: MAPPING }],
  ['with the Ory-id field', { ...NO_COQL, mapping: MAPPING, oryId: true }],
];

const person = (email: string, first: string, more = {}) => ({
  email,
  name: { first, last: `${first} Lee` },
  member: true,
  ...more,
});

/** Ann has a contact, and a salesperson types Bob's email into it. */
async function typed(setting: Setting): Promise<{ stage: Stage; ann: string; contact: string }> {
  const stage = await aStage(setting);
  const ann = await stage.signUp(person('ann@example.org', 'Ann'));
  expect(stage.outcomes(ann)).toEqual(['created']);
  const contact = String(stage.link(ann));
  await stage.salesEdits(contact, { Email: 'bob@example.org', Title: 'a friend' });
  return { stage, ann, contact };
}

async function bobSignsUp(stage: Stage): Promise<string> {
  const traits = person('bob@example.org', 'Bob', { department: 'of Bob' });
  const { id } = await stage.sandbox.control.createIdentity({ traits });
  await stage.tell(id, 'registration');
  return id;
}

async function atRest(stage: Stage): Promise<void> {
  await eventually(() => stage.serve.rows("SELECT 1 FROM outbox WHERE state = 'waiting'").length === 0);
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : '');

async function fieldsOf(stage: Stage, ...names: string[]): Promise<unknown[]> {
  const contacts = await stage.contacts();
  return contacts.map(({ fields }) => names.map((name) => textIn(fields[name])).join(' ')).toSorted();
}

const OWN = ['Email', 'First_Name', 'Last_Name', 'Department'];

describe.each(UNSEEN)(
  'a salesperson typed the email of a later sign-up into a contact, %s',
  (_how, setting) => {
    it('with the admin API, the contact gets its values back, and the newcomer one of its own', async () => {
      const { stage, ann, contact } = await typed({ ...setting, admin: true });
      const bob = await bobSignsUp(stage);
      await atRest(stage);
      expect(await fieldsOf(stage, ...OWN)).toEqual([
        'ann@example.org Ann Ann Lee ',
        'bob@example.org Bob Bob Lee of Bob',
      ]);
      const { fields } = await stage.contact(contact);
      expect(fields).toMatchObject({ First_Name: 'Ann', Title: 'a friend' });
      if (setting.oryId === true) expect(fields[ORY_ID]).toBe(ann);
      expect([stage.link(ann), stage.outcomes(bob)]).toEqual([contact, ['created']]);
      await stage.staysQuiet(ann);
      await stage.staysQuiet(bob);
    });

    it('the next webhook puts it right where there is no admin API, even one with the same data', async () => {
      const { stage, ann } = await typed(setting);
      const bob = await bobSignsUp(stage);
      await stage.settled(bob, 1);
      expect(stage.outcomes(bob)).toEqual(['failed email_taken']);
      await stage.tell(ann, 'login');
      await atRest(stage);
      await stage.settled(bob, 2);
      expect(await fieldsOf(stage, ...OWN)).toEqual([
        'ann@example.org Ann Ann Lee ',
        'bob@example.org Bob Bob Lee of Bob',
      ]);
    });

    it('an owner that is gone from Ory leaves the contact to the newcomer', async () => {
      const { stage, ann, contact } = await typed({ ...setting, admin: true });
      await stage.sandbox.control.deleteIdentity(ann);
      const bob = await bobSignsUp(stage);
      await atRest(stage);
      expect(await fieldsOf(stage, ...OWN)).toEqual(['bob@example.org Bob Bob Lee of Bob']);
      expect([stage.link(ann), stage.link(bob)]).toEqual([null, contact]);
      await stage.staysQuiet(bob);
    });

    it('so does one that is excluded by `when`', async () => {
      const { stage, ann, contact } = await typed({ ...setting, admin: true });
      await stage.change(ann, person('ann@example.org', 'Ann', { member: false }));
      const bob = await bobSignsUp(stage);
      await atRest(stage);
      expect(await fieldsOf(stage, ...OWN)).toEqual(['bob@example.org Bob Bob Lee of Bob']);
      expect([stage.link(ann), stage.link(bob)]).toEqual([null, contact]);
      await stage.change(ann, person('ann@example.org', 'Ann'));
      expect(await fieldsOf(stage, ...OWN)).toEqual([
        'ann@example.org Ann Ann Lee ',
        'bob@example.org Bob Bob Lee of Bob',
      ]);
    });

    it('the values of a newcomer whose answer was lost, and who has another email by now, do not stay', async () => {
      const { stage } = await typed({ ...setting, admin: true });
      await stage.sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' } });
      const bob = await bobSignsUp(stage);
      const traits = person('bob.lee@example.org', 'Bob', { department: 'of Bob' });
      await stage.sandbox.control.updateIdentity(bob, { traits });
      await stage.tell(bob, 'settings');
      await atRest(stage);
      expect(await fieldsOf(stage, ...OWN)).toEqual([
        'ann@example.org Ann Ann Lee ',
        'bob.lee@example.org Bob Bob Lee of Bob',
      ]);
    });
  },
);
