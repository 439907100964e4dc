import { describe, expect, it } from 'vitest';
import { aStage, CONNECTIONS, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting } from './stage.ts';

const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Lead_Source: { value: "'Web Download'", write: on-create }
`;
const ann = (first: string, email = 'ann@example.org') => ({ email, name: { first, last: 'Lee' } });

describe.each(CONNECTIONS)('a contact deleted in Zoho, %s', (_how, setting) => {
  it('comes back with all fields at the next change', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const id = await stage.signUp(ann('Ann'));
    const { id: deleted } = await stage.onlyContact();
    await stage.sandbox.control.deleteContact(deleted);
    await stage.change(id, ann('Anna'));
    const contact = await stage.onlyContact();
    expect(contact.id).not.toBe(deleted);
    expect(contact.fields).toMatchObject({
      Email: 'ann@example.org',
      First_Name: 'Anna',
      Last_Name: 'Lee',
      Lead_Source: 'Web Download',
      ...(setting.oryId && { [ORY_ID]: id }),
    });
    expect(stage.outcomes(id)).toEqual(['created', 'created']);
    expect(stage.link(id)).toBe(contact.id);
    await stage.staysQuiet(id);
  });

  it('recreate: false: stays deleted, and is updated again once restored from the recycle bin', async () => {
    const stage = await aStage({ ...setting, mapping: `recreate: false${MAPPING}` });
    const id = await stage.signUp(ann('Ann'));
    const { id: deleted } = await stage.onlyContact();
    await stage.sandbox.control.deleteContact(deleted);
    for (const name of ['Anna', 'Annabel']) await stage.change(id, ann(name));
    expect(await stage.contacts()).toEqual([]);
    expect(stage.outcomes(id).slice(1)).toEqual(['skipped contact_deleted', 'skipped contact_deleted']);

    await stage.sandbox.control.restoreContact(deleted);
    await stage.change(id, ann('Annie'));
    expect(await stage.onlyContact()).toMatchObject({ id: deleted, fields: { First_Name: 'Annie' } });
    await stage.staysQuiet(id);
  });
});

it('recreate: false: a contact that a colleague created again is taken over', async () => {
  const stage = await aStage({ mapping: `recreate: false${MAPPING}` });
  const id = await stage.signUp(ann('Ann'));
  await stage.sandbox.control.deleteContact((await stage.onlyContact()).id);
  const anew = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee' });
  await stage.change(id, ann('Anna'));
  expect(await stage.onlyContact()).toMatchObject({ id: anew, fields: { First_Name: 'Anna' } });
  expect(stage.link(id)).toBe(anew);
});

it('the contact comes back even if an irrelevant change came while it was deleted', async () => {
  const stage = await aStage();
  const id = await stage.signUp(ann('Ann'));
  await stage.sandbox.control.deleteContact((await stage.onlyContact()).id);
  await stage.change(id, { ...ann('Ann'), theme: 'dark' });
  // Nothing had to be written, so the deletion is still unnoticed.
  expect(stage.outcomes(id)).toEqual(['created', 'unchanged']);
  await stage.change(id, ann('Anna'));
  expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Anna', Last_Name: 'Lee' });
});

describe('contacts merged in Zoho', () => {
  const withId = CONNECTIONS.filter(([, { oryId }]) => oryId === true);

  it.each(withId)(
    '%s: the merged contact that has the Ory id now belongs to the identity',
    async (_how, setting) => {
      const stage = await aStage(setting);
      const id = await stage.signUp(ann('Ann'));
      const ours = await stage.onlyContact();
      const master = await stage.salesMakes({ Email: 'ann@work.example', Last_Name: 'Lee', Title: 'CTO' });
      await stage.sandbox.control.mergeContacts(master, [ours.id]);
      await stage.change(id, ann('Anna'));
      expect(await stage.onlyContact()).toMatchObject({
        id: master,
        fields: { First_Name: 'Anna', Title: 'CTO', [ORY_ID]: id },
      });
      expect(stage.outcomes(id)).toEqual(['created', 'updated']);
      expect(stage.link(id)).toBe(master);
      await stage.staysQuiet(id);
    },
  );

  it.each(CONNECTIONS)(
    '%s: a merged contact with the same email belongs to the identity',
    async (_how, setting) => {
      const stage = await aStage(setting);
      const master = await stage.salesMakes({ Email: 'later@example.org', Last_Name: 'Lee', Title: 'CTO' });
      const id = await stage.signUp(ann('Ann'));
      const ours = (await stage.contacts()).find((contact) => contact.id !== master);
      await stage.salesEdits(master, { Email: 'ann@example.org' });
      await stage.sandbox.control.mergeContacts(master, [ours?.id ?? '']);
      await stage.change(id, ann('Anna'));
      expect(await stage.onlyContact()).toMatchObject({
        id: master,
        fields: { First_Name: 'Anna', Title: 'CTO' },
      });
      await stage.staysQuiet(id);
    },
  );

  it.each([
    ['without the Ory-id field it gets a second contact, as doctor warns', false, 2],
    ['with the Ory-id field it takes over the merged contact', true, 1],
  ])(
    'the merged contact had the old email, and the identity gets a new one: %s',
    async (_says, oryId, contacts) => {
      const stage = await aStage({ oryId });
      const id = await stage.signUp(ann('Ann'));
      const ours = await stage.onlyContact();
      const master = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee' });
      await stage.sandbox.control.mergeContacts(master, [ours.id]);
      await stage.change(id, ann('Ann', 'ann@new.example'));
      expect(await stage.contacts()).toHaveLength(contacts);
      expect(stage.link(id) === master).toBe(oryId);
    },
  );

  it.each(withId)(
    '%s: the merged contact with the Ory id wins over a contact of a gone identity with the new email',
    async (_how, setting) => {
      const stage = await aStage({ ...setting, admin: true });
      const id = await stage.signUp(ann('Ann'));
      const bob = await stage.signUp({ email: 'bob@example.org', name: { first: 'Bob', last: 'Roe' } });
      await stage.sandbox.control.deleteIdentity(bob);
      const master = await stage.salesMakes({ Email: 'ann@work.example', Last_Name: 'Lee' });
      await stage.sandbox.control.mergeContacts(master, [String(stage.link(id))]);
      await stage.change(id, ann('Anna', 'bob@example.org'));
      expect(stage.outcomes(id)).toEqual(['created', 'updated']);
      expect(stage.link(id)).toBe(master);
      expect((await stage.contact(master)).fields).toMatchObject({
        Email: 'bob@example.org',
        First_Name: 'Anna',
        [ORY_ID]: id,
      });
      await stage.staysQuiet(id);
    },
  );

  it('contacts of two identities: the one that lost its contact gets a new one, the other is left alone', async () => {
    const stage = await aStage({ oryId: true });
    const id = await stage.signUp(ann('Ann'));
    const { id: ours } = await stage.onlyContact();
    const bob = await stage.signUp({ email: 'bob@example.org', name: { first: 'Bob', last: 'Roe' } });
    const bobs = String(stage.link(bob));
    await stage.sandbox.control.mergeContacts(bobs, [ours]);
    const before = await stage.contact(bobs);
    await stage.change(id, ann('Anna'));
    const contacts = await stage.contacts();
    expect(contacts).toHaveLength(2);
    expect(await stage.contact(bobs)).toEqual(before);
    expect((await stage.contact(String(stage.link(id)))).fields).toMatchObject({
      Email: 'ann@example.org',
      First_Name: 'Anna',
      [ORY_ID]: id,
    });
    await stage.staysQuiet(id);
    await stage.staysQuiet(bob);
  });
});

describe('the recycle bin still holds unique values', () => {
  it('the record in the bin is named, and is the contact again once it is restored', async () => {
    const stage = await aStage({ oryId: true, zoho: { recycleBinKeepsUnique: true } });
    const id = await stage.signUp(ann('Ann'));
    const { id: deleted } = await stage.onlyContact();
    await stage.sandbox.control.deleteContact(deleted);
    await stage.change(id, ann('Anna'));
    expect(await stage.contacts()).toEqual([]);
    expect(stage.outcomes(id)).toEqual(['created', `failed duplicate_${ORY_ID}`]);
    expect(stage.row(id)).toMatchObject({
      state: 'failed',
      code: 'DUPLICATE_DATA',
      field: ORY_ID,
      message: expect.stringContaining(deleted),
    });

    await stage.sandbox.control.restoreContact(deleted);
    await stage.change(id, ann('Annabel'));
    expect(await stage.onlyContact()).toMatchObject({ id: deleted, fields: { First_Name: 'Annabel' } });
    await stage.staysQuiet(id);
  });
});

describe.each([
  ['with COQL', {}],
  ['without COQL', NO_COQL],
] satisfies [string, Setting][])(
  'both contacts were deleted, and then the emails are swapped, %s',
  (_how, setting) => {
    it('both identities get new contacts', async () => {
      const stage = await aStage({ ...setting, admin: true });
      const [one, other] = [
        await stage.signUp(ann('Ann')),
        await stage.signUp(ann('Bob', 'bob@example.org')),
      ];
      for (const { id } of await stage.contacts()) await stage.sandbox.control.deleteContact(id);
      const { control } = stage.sandbox;
      await control.updateIdentity(one, { traits: ann('Ann', 'between@example.org') });
      await control.updateIdentity(other, { traits: ann('Bob') });
      await control.updateIdentity(one, { traits: ann('Ann', 'bob@example.org') });
      await Promise.all([stage.tell(one, 'settings'), stage.tell(other, 'settings')]);
      await Promise.all([stage.settled(one, 2), stage.settled(other, 2)]);
      expect([stage.outcomes(one).at(-1), stage.outcomes(other).at(-1)]).toEqual(['created', 'created']);
      const contacts = (await stage.contacts()).map(({ fields }) => [fields['Email'], fields['First_Name']]);
      expect(contacts.toSorted()).toEqual([
        ['ann@example.org', 'Bob'],
        ['bob@example.org', 'Ann'],
      ]);
    });
  },
);
