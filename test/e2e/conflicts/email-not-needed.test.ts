/** Rule 21: the contact with a newcomer's email belongs to an identity that does not need that email. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, LOOKING, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const person = (email: string, first: string, more = {}) => ({
  email,
  name: { first, last: 'Lee' },
  ...more,
});

const SETTINGS: [string, Setting][] = LOOKING.flatMap(([how, setting]): [string, Setting][] => [
  [`${how}, without the admin API`, setting],
  [`${how}, with it`, { ...setting, admin: true }],
]);

async function namesByEmail(stage: Stage): Promise<unknown[]> {
  return (await stage.contacts()).map(({ fields }) => [fields['Email'], fields['First_Name']]).sort();
}

describe.each(SETTINGS)('a salesperson typed the email into another contact, %s', (_how, setting) => {
  it('the newcomer gets a contact of its own, and a warning names the other one', async () => {
    const stage = await aStage(setting);
    const ann = await stage.signUp(person('ann@example.org', 'Ann'));
    await stage.salesEdits(String(stage.link(ann)), { Email: 'bob@example.org' });
    const bob = await stage.signUp(person('bob@example.org', 'Bob'));
    expect(stage.outcomes(bob)).toEqual(['created']);
    expect(await namesByEmail(stage)).toEqual([
      ['bob@example.org', 'Ann'],
      ['bob@example.org', 'Bob'],
    ]);
    expect(stage.link(bob)).not.toBe(stage.link(ann));
    const warning = await stage.serve.logged((line) => line.msg.includes(String(stage.link(ann))));
    expect(warning.msg).toContain(ann);
    await stage.staysQuiet(bob);
  });

  it('there is still only one new contact when the answer to the creation is lost', async () => {
    const stage = await aStage(setting);
    const ann = await stage.signUp(person('ann@example.org', 'Ann'));
    await stage.salesEdits(String(stage.link(ann)), { Email: 'bob@example.org' });
    const operation = setting.oryId === true ? 'upsert' : 'insert';
    await stage.sandbox.control.addFault({ on: { operation }, effect: { cut: 'after_commit' } });
    const bob = await stage.signUp(person('bob@example.org', 'Bob'));
    expect(await namesByEmail(stage)).toEqual([
      ['bob@example.org', 'Ann'],
      ['bob@example.org', 'Bob'],
    ]);
    await stage.staysQuiet(bob);
  });
});

describe.each(LOOKING)('an identity excluded by `when` has changed its email, %s', (_how, setting) => {
  it('the newcomer with its old email gets a contact of its own', async () => {
    const mapping =
      'when: traits.member\nfields:\n  Email: email\n  First_Name: first_name\n  Last_Name: last_name\n';
    const stage = await aStage({ ...setting, admin: true, mapping });
    const ann = await stage.signUp(person('ann@example.org', 'Ann', { member: true }));
    await stage.change(ann, person('ann.lee@example.org', 'Ann', { member: false }));
    expect(stage.outcomes(ann)).toEqual(['created', 'skipped when']);
    const bob = await stage.signUp(person('ann@example.org', 'Bob', { member: true }));
    expect(stage.outcomes(bob)).toEqual(['created']);
    expect(await namesByEmail(stage)).toEqual([
      ['ann@example.org', 'Ann'],
      ['ann@example.org', 'Bob'],
    ]);
  });
});

it('where Zoho keeps Email unique the newcomer fails, and the message says why', async () => {
  const stage = await aStage({ admin: true, unique: ['Email'] });
  const ann = await stage.signUp(person('ann@example.org', 'Ann'));
  await stage.salesEdits(String(stage.link(ann)), { Email: 'bob@example.org' });
  const bob = await stage.signUp(person('bob@example.org', 'Bob'));
  expect(stage.outcomes(bob)).toEqual(['failed email_taken']);
  expect(stage.row(bob)?.['message']).toContain('Zoho keeps Email unique');
});

it('a contact that carries the newcomer’s Ory id and is linked to another identity is left alone', async () => {
  const stage = await aStage({ oryId: true, admin: true });
  const ann = await stage.signUp(person('ann@example.org', 'Ann'));
  const { id: bob } = await stage.sandbox.control.createIdentity({
    traits: person('bob@example.org', 'Bob'),
  });
  await stage.salesEdits(String(stage.link(ann)), { [ORY_ID]: bob });
  await stage.tell(bob, 'registration');
  await stage.settled(bob, 1);
  expect(stage.outcomes(bob)).toEqual(['failed email_taken']);
  expect((await stage.contact(String(stage.link(ann)))).fields).toMatchObject({ First_Name: 'Ann' });
});

describe.each([
  ['with COQL', {}],
  ['without COQL', NO_COQL],
] satisfies [string, Setting][])(
  'an email is passed on at once, without the admin API, %s',
  (_how, setting) => {
    it('neither identity fails for good', async () => {
      const stage = await aStage({ ...setting, zoho: { latencyMs: 150 } });
      const owners = await Promise.all(
        Array.from({ length: 12 }, (_, one) => stage.signUp(person(`p${one}@example.org`, `Old${one}`))),
      );
      const newcomers = await Promise.all(
        owners.map(async (owner, one) => {
          const { control } = stage.sandbox;
          await control.updateIdentity(owner, { traits: person(`moved${one}@example.org`, `Old${one}`) });
          const { id } = await control.createIdentity({ traits: person(`p${one}@example.org`, `New${one}`) });
          await Promise.all([stage.tell(owner, 'settings'), stage.tell(id, 'registration')]);
          return id;
        }),
      );
      await eventually(() => stage.serve.rows('SELECT 1 FROM outbox').length === 0);
      // The store is ahead of the log.
      for (const id of newcomers) await eventually(() => stage.outcomes(id).length > 0);
      expect(newcomers.map((id) => stage.outcomes(id).at(-1))).toEqual(newcomers.map(() => 'created'));
      expect(await stage.contacts()).toHaveLength(24);
    });
  },
);
