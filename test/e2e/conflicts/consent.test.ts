import { describe, expect, it } from 'vitest';
import { aStage, CONNECTIONS, ORY_ID } from './stage.ts';

const MAPPING = `
when: traits.consent
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
`;
const ann = (consent: boolean, first: string, email = 'ann@example.org') => ({
  email,
  name: { first, last: 'Lee' },
  consent,
});

describe.each(CONNECTIONS)('consent, %s', (_how, setting) => {
  it('given, withdrawn and given again: one contact, with nothing new in it meanwhile', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const id = await stage.signUp(ann(true, 'Ann'));
    const { id: contactId } = await stage.onlyContact();
    await stage.change(id, ann(false, 'Anna'));
    expect(await stage.onlyContact()).toMatchObject({ writes: 1, fields: { First_Name: 'Ann' } });
    await stage.staysQuiet(id, 'skipped when');

    // New consent starts afresh: it overwrites what sales typed in meanwhile.
    await stage.salesEdits(contactId, { Last_Name: 'Edited' });
    await stage.change(id, ann(true, 'Anna', 'ann.lee@example.org'));
    expect(await stage.onlyContact()).toMatchObject({
      id: contactId,
      fields: {
        Email: 'ann.lee@example.org',
        First_Name: 'Anna',
        Last_Name: 'Lee',
        ...(setting.oryId && { [ORY_ID]: id }),
      },
    });
    expect(stage.outcomes(id)).toEqual(['created', 'skipped when', 'skipped when', 'updated']);
    await stage.staysQuiet(id);
  });

  it('never given: no contact is created, and one made by hand is left alone', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L' });
    const id = await stage.signUp(ann(false, 'Ann'));
    expect(stage.outcomes(id)).toEqual(['skipped when']);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
    await stage.change(id, ann(true, 'Ann'));
    expect(stage.outcomes(id).at(-1)).toBe('updated');
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee' });
  });

  it('withdrawn, and the contact deleted in the CRM too: it comes back when consent is given again', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const id = await stage.signUp(ann(true, 'Ann'));
    const { id: deleted } = await stage.onlyContact();
    await stage.change(id, ann(false, 'Ann'));
    await stage.sandbox.control.deleteContact(deleted);
    await stage.change(id, ann(true, 'Ann'));
    expect(stage.outcomes(id)).toEqual(['created', 'skipped when', 'created']);
    const contact = await stage.onlyContact();
    expect(contact.fields).toMatchObject({ Email: 'ann@example.org', First_Name: 'Ann', Last_Name: 'Lee' });
    expect(stage.link(id)).toBe(contact.id);
    await stage.staysQuiet(id);
  });
});

it('an excluded identity keeps its contact: another identity with the same email does not get it', async () => {
  const stage = await aStage({ mapping: MAPPING, admin: true });
  const traits = (first: string, consent: boolean) => ({
    emails: ['info@example.org'],
    name: { first, last: 'Lee' },
    consent,
  });
  const first = await stage.signUp(traits('First', true));
  await stage.change(first, traits('First', false));
  const second = await stage.signUp(traits('Second', true));
  expect(stage.outcomes(second)).toEqual(['failed email_taken']);
  expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
});
