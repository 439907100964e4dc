import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, CONNECTIONS, LOOKING, NO_COQL, ORY_ID, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const ADMIN: [string, Setting][] = [
  ['without the Ory-id field', { admin: true }],
  ['with the Ory-id field', { admin: true, oryId: true }],
];

const person = (email: string, first: string) => ({ email, name: { first, last: 'Lee' } });
/** Traits whose email is not an identifier of this schema, so two identities can share it. */
const shared = (first: string, email = 'info@example.org') => ({
  emails: [email],
  name: { first, last: 'Lee' },
});

async function emails(stage: Stage): Promise<unknown[]> {
  return (await stage.contacts()).map(({ fields }) => [fields['First_Name'], fields['Email']]).sort();
}

describe('two contacts with one email', () => {
  it.each(LOOKING)(
    '%s: the older one is taken, with a warning, and the other is left alone',
    async (_how, setting) => {
      const stage = await aStage(setting);
      const older = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Older' });
      const newer = await stage.salesMakes({ Email: 'Ann@example.org', Last_Name: 'Newer' });
      const id = await stage.signUp(person('ann@example.org', 'Ann'));
      expect(stage.link(id)).toBe(older);
      expect((await stage.contact(older)).fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee' });
      expect(await stage.contact(newer)).toMatchObject({ writes: 1, fields: { Last_Name: 'Newer' } });
      await stage.serve.logged((line) => line.msg.includes('2 contacts have this email'));
      await stage.staysQuiet(id);
    },
  );

  it('the one with the Ory id is taken, although it is newer', async () => {
    const stage = await aStage({ oryId: true });
    const { id } = await stage.sandbox.control.createIdentity({ traits: person('ann@example.org', 'Ann') });
    const older = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Older' });
    const newer = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Newer', [ORY_ID]: id });
    await stage.tell(id, 'registration');
    await stage.settled(id, 1);
    expect(stage.link(id)).toBe(newer);
    expect(await stage.contact(older)).toMatchObject({ writes: 1 });
    await stage.staysQuiet(id);
  });

  it('without the COQL scope Zoho chooses one, and no third is created', async () => {
    const stage = await aStage(NO_COQL);
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Older' });
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Newer' });
    const id = await stage.signUp(person('ann@example.org', 'Ann'));
    const contacts = await stage.contacts();
    expect(contacts.map(({ writes }) => writes).sort()).toEqual([1, 2]);
    expect((await stage.contact(String(stage.link(id)))).fields).toMatchObject({ First_Name: 'Ann' });
    await stage.staysQuiet(id);
  });
});

describe('a second identity with the email of an existing one', () => {
  const looking = [
    ...LOOKING,
    ...ADMIN.map(([how, setting]): [string, Setting] => [`${how}, with the admin API`, setting]),
  ];

  it.each(looking)('%s: fails, and the contact stays with the first', async (_how, setting) => {
    const stage = await aStage(setting);
    const first = await stage.signUp(shared('First'));
    const { id: contactId } = await stage.onlyContact();
    const second = await stage.signUp(shared('Second'));
    expect(stage.outcomes(second)).toEqual(['failed email_taken']);
    expect(stage.row(second)).toMatchObject({ message: expect.stringContaining(first) });
    expect(await stage.onlyContact()).toMatchObject({
      id: contactId,
      writes: 1,
      fields: { First_Name: 'First' },
    });
    expect(stage.link(first)).toBe(contactId);
    await stage.staysQuiet(second, 'failed email_taken');
    await stage.staysQuiet(first);

    // Once it has an email of its own, it gets a contact of its own.
    await stage.change(second, shared('Second', 'second@example.org'));
    expect(stage.outcomes(second).at(-1)).toBe('created');
    expect(await emails(stage)).toEqual([
      ['First', 'info@example.org'],
      ['Second', 'second@example.org'],
    ]);
  });

  it('fails too when only the Ory id on the contact shows that the first exists', async () => {
    const stage = await aStage({ oryId: true, admin: true });
    const first = await stage.signUp(shared('First'));
    // Another machine, with its own store.
    const other = await stageWith(stage.sandbox, { oryId: true, admin: true });
    const second = await other.signUp(shared('Second'));
    expect(other.outcomes(second)).toEqual(['failed email_taken']);
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'First', [ORY_ID]: first });
  });

  it('both signed up at once: one gets the contact, the other fails', async () => {
    const stage = await aStage();
    await stage.sandbox.control.setDown(true);
    const ids = [];
    for (const first of ['One', 'Two']) {
      const { id } = await stage.sandbox.control.createIdentity({ traits: shared(first) });
      await stage.tell(id, 'registration');
      ids.push(id);
    }
    await stage.sandbox.control.setDown(false);
    for (const id of ids) await stage.settled(id, 1);
    expect(ids.flatMap((id) => stage.outcomes(id)).sort()).toEqual(['created', 'failed email_taken']);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
  });
});

describe('deleted and signed up again with the same email', () => {
  it.each(ADMIN)('%s: the newcomer gets the contact', async (_how, setting) => {
    const mapping =
      'deleted: delete\nfields:\n  Email: email\n  First_Name: first_name\n  Last_Name: last_name\n';
    const stage = await aStage({ ...setting, mapping });
    const old = await stage.signUp(person('ann@example.org', 'Ann'));
    const late = await stage.identity(old);
    const { id: contactId } = await stage.onlyContact();
    await stage.salesEdits(contactId, { Description: 'a good customer' });
    await stage.sandbox.control.deleteIdentity(old);
    const again = await stage.signUp(person('ann@example.org', 'Anna'));

    expect(stage.outcomes(again)).toEqual(['updated']);
    // `deleted: delete` applies only to contacts that no identity needs any more.
    expect(await stage.onlyContact()).toMatchObject({
      id: contactId,
      fields: {
        First_Name: 'Anna',
        Description: 'a good customer',
        ...(setting.oryId && { [ORY_ID]: again }),
      },
    });
    expect(stage.serve.rows('SELECT contact_id, reason FROM ledger WHERE identity_id = ?', old)).toEqual([
      { contact_id: null, reason: 'deleted' },
    ]);

    // A late retry of the old identity's webhook.
    const before = await stage.contacts();
    await stage.serve.send({ ...late, updated_at: '2099-01-01T00:00:00Z' }, 'settings');
    expect(stage.row(old)).toBeUndefined();
    await stage.staysQuiet(again);
    expect((await stage.contacts()).map(({ writes }) => writes)).toEqual(before.map(({ writes }) => writes));
  });

  it('without the admin API the first one is not known to be gone: it keeps the contact', async () => {
    const stage = await aStage();
    const old = await stage.signUp(person('ann@example.org', 'Ann'));
    await stage.sandbox.control.deleteIdentity(old);
    const again = await stage.signUp(person('ann@example.org', 'Anna'));
    expect(stage.outcomes(again)).toEqual(['failed email_taken']);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
  });

  it('an admin URL that has not proved to be the right project decides nothing: the newcomer waits', async () => {
    const stage = await aStage({ admin: true });
    const old = await stage.signUp(person('ann@example.org', 'Ann'));
    stage.serve.change('UPDATE store SET ory_confirmed = 0');
    await stage.sandbox.control.deleteIdentity(old);
    const { id } = await stage.sandbox.control.createIdentity({ traits: person('ann@example.org', 'Anna') });
    // Another project would answer like this, because it has neither identity.
    const { control } = stage.sandbox;
    const faults = await Promise.all([
      control.addFault({
        on: { operation: 'ory_list' },
        times: 'always',
        effect: { status: 200, body: '[]' },
      }),
      control.addFault({
        on: { operation: 'ory_get' },
        times: 'always',
        effect: { status: 404, body: '{"error":{"code":404,"message":"Unable to locate the resource"}}' },
      }),
    ]);
    await stage.tell(id, 'registration');
    await stage.serve.logged((line) => line['reason'] === 'wrong_ory_project');
    await eventually(() => stage.row(id)?.['waits_for'] === old);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });

    // The newcomer itself proves the project, because a webhook announced it.
    for (const fault of faults) await control.removeFault(fault);
    stage.hurry(id);
    await stage.settled(id, 1);
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(await emails(stage)).toEqual([['Anna', 'ann@example.org']]);
  });

  it('while Ory does not answer the newcomer waits, and others go on', async () => {
    const stage = await aStage({ admin: true });
    const old = await stage.signUp(person('ann@example.org', 'Ann'));
    await stage.sandbox.control.deleteIdentity(old);
    const fault = await stage.sandbox.control.addFault({
      on: { operation: 'ory_list' },
      times: 'always',
      effect: { status: 503, body: '{}' },
    });
    const { id } = await stage.sandbox.control.createIdentity({ traits: person('ann@example.org', 'Anna') });
    await stage.tell(id, 'registration');
    await eventually(() => stage.row(id)?.['waits_for'] === old);
    const bob = await stage.signUp(person('bob@example.org', 'Bob'));
    expect(stage.outcomes(bob)).toEqual(['created']);
    await stage.sandbox.control.removeFault(fault);
    stage.hurry(id);
    await stage.settled(id, 1);
    expect(stage.outcomes(id)).toEqual(['updated']);
  });
});

describe('an email passed on', () => {
  it.each(ADMIN)(
    '%s: its first owner has another email, but no webhook reported it',
    async (_how, setting) => {
      const stage = await aStage(setting);
      const first = await stage.signUp(person('ann@example.org', 'Ann'));
      const firsts = stage.link(first);
      await stage.sandbox.control.updateIdentity(first, { traits: person('ann.lee@example.org', 'Ann') });
      const second = await stage.signUp(person('ann@example.org', 'Zoe'));
      expect(stage.outcomes(second)).toEqual(['created']);
      expect(stage.outcomes(first)).toEqual(['created', 'updated']);
      expect(stage.link(first)).toBe(firsts);
      expect(await emails(stage)).toEqual([
        ['Ann', 'ann.lee@example.org'],
        ['Zoe', 'ann@example.org'],
      ]);
      await stage.staysQuiet(first);
      await stage.staysQuiet(second);
    },
  );

  it('without the admin API it counts as taken until the first owner has another email in Zoho too', async () => {
    const stage = await aStage();
    const first = await stage.signUp(person('ann@example.org', 'Ann'));
    await stage.sandbox.control.updateIdentity(first, { traits: person('ann.lee@example.org', 'Ann') });
    const second = await stage.signUp(person('ann@example.org', 'Zoe'));
    expect(stage.outcomes(second)).toEqual(['failed email_taken']);
    await stage.tell(first, 'settings');
    await stage.settled(first, 2);
    // No retry is needed, because the first owner has given the email up.
    await stage.settled(second, 2);
    expect(stage.outcomes(second).at(-1)).toBe('created');
    expect(await emails(stage)).toEqual([
      ['Ann', 'ann.lee@example.org'],
      ['Zoe', 'ann@example.org'],
    ]);
  });

  it.each([...CONNECTIONS, ...ADMIN])(
    '%s: two identities swap theirs during an outage',
    async (_how, setting) => {
      const stage = await aStage(setting);
      const a = await stage.signUp(person('a@example.org', 'Ann'));
      const b = await stage.signUp(person('b@example.org', 'Bob'));
      const links = [stage.link(a), stage.link(b)];
      await stage.sandbox.control.setDown(true);
      const { control } = stage.sandbox;
      await control.updateIdentity(a, { traits: person('c@example.org', 'Ann') });
      await control.updateIdentity(b, { traits: person('a@example.org', 'Bob') });
      await control.updateIdentity(a, { traits: person('b@example.org', 'Ann') });
      for (const id of [a, b]) await stage.tell(id, 'settings');
      await control.setDown(false);
      for (const id of [a, b]) await stage.settled(id, 2);
      expect([stage.link(a), stage.link(b)]).toEqual(links);
      expect(await emails(stage)).toEqual([
        ['Ann', 'b@example.org'],
        ['Bob', 'a@example.org'],
      ]);
      for (const id of [a, b]) await stage.staysQuiet(id);
    },
  );

  it('swapped while one of the two has no contact yet', async () => {
    const stage = await aStage({ admin: true });
    const { control } = stage.sandbox;
    const a = await stage.signUp(person('a@example.org', 'Ann'));
    const { id: b } = await control.createIdentity({ traits: person('b@example.org', 'Bob') });
    await control.updateIdentity(a, { traits: person('c@example.org', 'Ann') });
    await control.updateIdentity(b, { traits: person('a@example.org', 'Bob') });
    await control.updateIdentity(a, { traits: person('b@example.org', 'Ann') });
    await stage.tell(b, 'settings');
    await stage.settled(b, 1);
    expect(stage.outcomes(b)).toEqual(['created']);
    expect(await emails(stage)).toEqual([
      ['Ann', 'b@example.org'],
      ['Bob', 'a@example.org'],
    ]);
  });

  it('the owner is locked in Zoho: the newcomer waits until the owner’s new email is written', async () => {
    const stage = await aStage();
    const first = await stage.signUp(person('ann@example.org', 'Ann'));
    const contactId = String(stage.link(first));
    await stage.sandbox.control.setRecordState(contactId, 'locked');
    await stage.sandbox.control.updateIdentity(first, { traits: person('ann.lee@example.org', 'Ann') });
    await stage.tell(first, 'settings');
    await eventually(() => Number(stage.row(first)?.['attempts']) === 1);
    const { id: second } = await stage.sandbox.control.createIdentity({
      traits: person('ann@example.org', 'Zoe'),
    });
    await stage.tell(second, 'registration');
    await eventually(() => stage.row(second)?.['waits_for'] === first);
    await stage.sandbox.control.setRecordState(contactId, 'free');
    stage.hurry(first);
    await stage.settled(second, 1);
    expect(stage.outcomes(second)).toEqual(['created']);
    expect(await emails(stage)).toEqual([
      ['Ann', 'ann.lee@example.org'],
      ['Zoe', 'ann@example.org'],
    ]);
  });
});
