import { describe, expect, it } from 'vitest';
import { aStage, CONNECTIONS, LOOKING, ORY_ID } from './stage.ts';

const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Lead_Source: { value: "'Web Download'", write: on-create }
`;
const ANN = { email: 'ann@example.org', name: { first: 'Ann', last: 'Smith' }, phone: '+491701234567' };
const BY_HAND = {
  Email: 'Ann@Example.org',
  Last_Name: 'Lee',
  Phone: '+15550100',
  Lead_Source: 'Advertisement',
  Description: 'met at the fair',
};

describe.each(CONNECTIONS)('a contact made by hand, %s', (_how, setting) => {
  it('overwrite: writes the values from Ory and leaves all others, also in on-create fields', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const contactId = await stage.salesMakes(BY_HAND);
    const id = await stage.signUp(ANN);
    expect(stage.outcomes(id)).toEqual(['updated']);
    const { fields } = await stage.onlyContact();
    expect(fields).toMatchObject({
      First_Name: 'Ann',
      Last_Name: 'Smith',
      Phone: '+491701234567',
      Lead_Source: 'Advertisement',
      Description: 'met at the fair',
      ...(setting.oryId && { [ORY_ID]: id }),
    });
    expect(stage.link(id)).toBe(contactId);
    await stage.staysQuiet(id);
  });

  it('keeps its real last name when the identity has none', async () => {
    const stage = await aStage(setting);
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee' });
    const id = await stage.signUp({ email: 'ann@example.org' });
    expect((await stage.onlyContact()).fields).toMatchObject({ Last_Name: 'Lee' });
    await stage.staysQuiet(id);
    // A name that arrives later is not a made-up one.
    await stage.change(id, { email: 'ann@example.org', name: { first: 'Ann', last: 'Smith' } });
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Smith' });
  });
});

describe.each(LOOKING)('no contact in Zoho has the email, %s', (_how, setting) => {
  it('a new contact gets its on-create fields and a made-up last name', async () => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const id = await stage.signUp({ email: 'ann@example.org' });
    expect(stage.outcomes(id)).toEqual(['created']);
    expect((await stage.onlyContact()).fields).toMatchObject({
      Email: 'ann@example.org',
      Last_Name: 'ann',
      Lead_Source: 'Web Download',
    });
    await stage.staysQuiet(id);
  });
});

describe.each(LOOKING)('adopt: fill, %s', (_how, setting) => {
  const FILL = { ...setting, mapping: `adopt: fill${MAPPING}` };

  it('fills only empty fields, and later writes what changes in Ory', async () => {
    const stage = await aStage(FILL);
    await stage.salesMakes(BY_HAND);
    const id = await stage.signUp(ANN);
    const kept = { Last_Name: 'Lee', Lead_Source: 'Advertisement', Description: 'met at the fair' };
    expect((await stage.onlyContact()).fields).toMatchObject({
      ...kept,
      First_Name: 'Ann',
      Phone: '+15550100',
      ...(setting.oryId && { [ORY_ID]: id }),
    });
    await stage.staysQuiet(id);
    await stage.change(id, { ...ANN, phone: '+491709999999' });
    expect((await stage.onlyContact()).fields).toMatchObject({ ...kept, Phone: '+491709999999' });
  });

  it('a contact without empty fields is linked too', async () => {
    const stage = await aStage(FILL);
    const contactId = await stage.salesMakes({ ...BY_HAND, First_Name: 'Anne' });
    const id = await stage.signUp(ANN);
    expect(stage.outcomes(id)).toEqual([setting.oryId ? 'updated' : 'unchanged']);
    expect(stage.link(id)).toBe(contactId);
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Anne', Last_Name: 'Lee' });
    await stage.staysQuiet(id);
  });
});

it('adopt: fill writes to no filled field when the answer to the adoption was lost', async () => {
  const stage = await aStage({ mapping: `adopt: fill${MAPPING}` });
  await stage.salesMakes(BY_HAND);
  await stage.sandbox.control.addFault({ on: { operation: 'update' }, effect: { cut: 'after_commit' } });
  const id = await stage.signUp(ANN);
  expect(stage.outcomes(id)).toEqual(['updated']);
  expect((await stage.onlyContact()).fields).toMatchObject({
    First_Name: 'Ann',
    Last_Name: 'Lee',
    Phone: '+15550100',
  });
  await stage.staysQuiet(id);
});
