import { describe, expect, it } from 'vitest';
import { aStage, NO_COQL, ORY_ID, stageWith } from './stage.ts';

const ann = (first: string) => ({ email: 'ann@example.org', name: { first, last: 'Lee' } });
const WITH_ID = { oryId: true } as const;

describe('the Ory-id field, typed in by hand', () => {
  it.each([
    ['with the COQL scope', WITH_ID],
    ['without it', { ...WITH_ID, ...NO_COQL }],
  ])('%s: text that is not an id is overwritten when the contact is adopted', async (_how, setting) => {
    const stage = await aStage(setting);
    const contactId = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: 'yes' });
    const id = await stage.signUp(ann('Ann'));
    expect(await stage.onlyContact()).toMatchObject({ id: contactId, fields: { [ORY_ID]: id } });
    await stage.staysQuiet(id);
  });

  it.each([
    ['with the COQL scope', WITH_ID],
    ['without it', { ...WITH_ID, ...NO_COQL }],
  ])(
    "%s: a contact with the identity's id is taken over, although its email differs",
    async (_how, setting) => {
      const stage = await aStage(setting);
      const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
      const contactId = await stage.salesMakes({ Email: 'ann@work.example', Last_Name: 'L', [ORY_ID]: id });
      await stage.tell(id, 'registration');
      await stage.settled(id, 1);
      expect(await stage.onlyContact()).toMatchObject({
        id: contactId,
        fields: { Email: 'ann@example.org' },
      });
      await stage.staysQuiet(id);
    },
  );

  it("the identity's id in capitals is found too", async () => {
    const stage = await aStage(WITH_ID);
    const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
    const fields = { Email: 'ann@work.example', Last_Name: 'L', [ORY_ID]: id.toUpperCase() };
    const contactId = await stage.salesMakes(fields);
    await stage.tell(id, 'registration');
    await stage.settled(id, 1);
    expect(await stage.onlyContact()).toMatchObject({ id: contactId, fields: { Email: 'ann@example.org' } });
    await stage.staysQuiet(id);
  });

  it('the id of an identity without a contact: it gets this one, and the one with the email gets a new one', async () => {
    const stage = await aStage({ ...WITH_ID, admin: true });
    const { id: bob } = await stage.sandbox.control.createIdentity({
      traits: { email: 'bob@example.org', name: { first: 'Bob', last: 'Roe' } },
    });
    const contactId = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: bob });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['created']);
    expect(stage.link(bob)).toBe(contactId);
    expect((await stage.contact(contactId)).fields).toMatchObject({
      Email: 'bob@example.org',
      First_Name: 'Bob',
    });
    expect(await stage.contacts()).toHaveLength(2);
    await stage.staysQuiet(id);
  });

  it('the id of another identity, without the admin API: the contact is left alone', async () => {
    const stage = await aStage(WITH_ID);
    const { id: bob } = await stage.sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: bob });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['failed email_taken']);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
  });

  it('the id of an identity that is gone: the contact can be taken over', async () => {
    const stage = await aStage({ ...WITH_ID, admin: true });
    const { id: bob } = await stage.sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await stage.sandbox.control.deleteIdentity(bob);
    const contactId = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: bob });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(await stage.onlyContact()).toMatchObject({ id: contactId, fields: { [ORY_ID]: id } });
    await stage.staysQuiet(id);
  });
});

describe('the Ory-id field of a linked contact', () => {
  it('emptied or changed by hand: the contact stays linked', async () => {
    const stage = await aStage(WITH_ID);
    const id = await stage.signUp(ann('Ann'));
    const { id: contactId } = await stage.onlyContact();
    for (const typed of [null, '6ff6a5a6-26f0-4f0e-8a52-0d8f3f7c1b11', 'yes']) {
      await stage.salesEdits(contactId, { [ORY_ID]: typed });
      await stage.change(id, ann(`Ann ${typed}`));
      expect(await stage.onlyContact()).toMatchObject({ id: contactId });
      expect(stage.outcomes(id).at(-1)).toBe('updated');
    }
  });

  it('moved to another contact by hand, and the old one deleted: the identity takes over the other one', async () => {
    const stage = await aStage(WITH_ID);
    const id = await stage.signUp(ann('Ann'));
    const { id: old } = await stage.onlyContact();
    await stage.sandbox.control.deleteContact(old);
    const moved = await stage.salesMakes({ Email: 'ann@work.example', Last_Name: 'L', [ORY_ID]: id });
    await stage.change(id, ann('Anna'));
    expect(await stage.onlyContact()).toMatchObject({
      id: moved,
      fields: { Email: 'ann@example.org', First_Name: 'Anna', Last_Name: 'Lee' },
    });
    expect(stage.link(id)).toBe(moved);
  });

  it('set up later: the next webhook writes the id and nothing else', async () => {
    const before = await aStage({
      zoho: { fields: [{ apiName: ORY_ID, dataType: 'text', unique: { caseSensitive: false } }] },
    });
    const id = await before.signUp(ann('Ann'));
    await before.salesEdits((await before.onlyContact()).id, { First_Name: 'Annie' });
    await before.serve.stop();
    const after = await stageWith(before.sandbox, WITH_ID, before.serve.folder);
    await after.tell(id, 'login');
    await after.settled(id, 1);
    const contact = await after.onlyContact();
    expect(contact.fields).toMatchObject({ First_Name: 'Annie', [ORY_ID]: id });
    expect(contact.history.at(-1)?.fields).toEqual([ORY_ID]);
    await after.staysQuiet(id);
  });

  it('after the store is lost: contacts are found by the id, even under other emails', async () => {
    const lost = await aStage(WITH_ID);
    const id = await lost.signUp(ann('Ann'));
    const { id: contactId } = await lost.onlyContact();
    await lost.salesEdits(contactId, { Email: 'ann@work.example' });
    await lost.serve.stop();
    const anew = await stageWith(lost.sandbox, WITH_ID);
    await anew.tell(id, 'settings');
    await anew.settled(id, 1);
    expect(anew.outcomes(id)).toEqual(['updated']);
    expect(await anew.onlyContact()).toMatchObject({ id: contactId, fields: { Email: 'ann@example.org' } });
    await anew.staysQuiet(id);
  });
});
