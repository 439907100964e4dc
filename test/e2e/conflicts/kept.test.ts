import { describe, expect, it } from 'vitest';
import { runBackfill } from '../processes/backfill-process.ts';
import { sync, syncText } from '../processes/sync-run.ts';
import { aStage, LOOKING, ORY_ID, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const MAPPING = `adopt: fill
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Email_Opt_Out: traits.no_mail
`;
const ANN = { email: 'ann@example.org', name: { first: 'Ann', last: 'Smith' } };
const BY_HAND = { Email: 'ann@example.org', Last_Name: 'Lee', Phone: '+15550100' };

/** A salesperson's contact that `adopt: fill` has linked. First_Name was empty, Last_Name was not. */
async function aFilledContact(setting: Setting = {}) {
  const stage = await aStage({ mapping: MAPPING, admin: true, ...setting });
  const contactId = await stage.salesMakes(BY_HAND);
  const id = await stage.signUp(ANN);
  await stage.settled(id, 1);
  return { stage, contactId, id };
}

const optionsOf = (stage: Stage, { oryId = false }: Setting) => ({
  folder: stage.serve.folder,
  variables: oryId ? { ORY_ID_FIELD: ORY_ID } : {},
});

async function fieldsOf(stage: Stage) {
  return (await stage.onlyContact()).fields;
}

describe.each(LOOKING)('a field left alone by adopt: fill, %s', (_how, setting) => {
  it('stays through sync, backfill --verify, webhooks and a retry, until the value changes in Ory', async () => {
    const { stage, id } = await aFilledContact(setting);
    const options = optionsOf(stage, setting);
    expect((await sync(stage.sandbox, [ANN.email], options)).first).toMatchObject({ action: 'unchanged' });
    expect(await fieldsOf(stage)).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee', Phone: '+15550100' });

    const verified = await runBackfill(stage.sandbox, ['--verify'], options);
    expect(verified.code).toBe(0);
    expect(await fieldsOf(stage)).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee', Phone: '+15550100' });
    await stage.staysQuiet(id);

    await stage.change(id, { ...ANN, name: { first: 'Ann', last: 'Brown' }, phone: '+491701234567' });
    const told = { Last_Name: 'Brown', Phone: '+491701234567' };
    expect(await fieldsOf(stage)).toMatchObject(told);
    // From here on the field follows Ory: if someone types over it, sync restores it.
    await stage.salesEdits((await stage.onlyContact()).id, { Last_Name: 'Lee' });
    expect((await sync(stage.sandbox, [ANN.email], options)).first).toMatchObject({ action: 'updated' });
    expect(await fieldsOf(stage)).toMatchObject(told);
  });

  it('stays when the mapping and another trait change', async () => {
    const { stage, id } = await aFilledContact(setting);
    await stage.serve.stop();
    const remapped = MAPPING.replace('last_name', '"$uppercase(traits.name.last)"');
    const later = await stageWith(
      stage.sandbox,
      { ...setting, admin: true, mapping: remapped },
      stage.serve.folder,
    );
    await later.change(id, { ...ANN, name: { ...ANN.name, first: 'Anna' } });
    expect(await fieldsOf(later)).toMatchObject({ First_Name: 'Anna', Last_Name: 'Lee' });
    await later.staysQuiet(id);
  });

  it('is not cleared when Ory no longer has a value, because it was never sent', async () => {
    const stage = await aStage({ mapping: MAPPING, admin: true, ...setting });
    await stage.salesMakes(BY_HAND);
    const id = await stage.signUp({ ...ANN, phone: '+491701234567' });
    await stage.change(id, ANN);
    await sync(stage.sandbox, [ANN.email], optionsOf(stage, setting));
    expect(await fieldsOf(stage)).toMatchObject({ Last_Name: 'Lee', Phone: '+15550100' });
  });

  it('is left alone on the next contact too, after the first one was deleted', async () => {
    const { stage, contactId, id } = await aFilledContact(setting);
    await stage.sandbox.control.deleteContact(contactId);
    await stage.salesMakes({ ...BY_HAND, Last_Name: 'Third', First_Name: 'Anne' });
    const options = optionsOf(stage, setting);
    for (const _time of [1, 2]) await sync(stage.sandbox, [ANN.email], options);
    await stage.change(id, { ...ANN, theme: 'dark' });
    expect(await fieldsOf(stage)).toMatchObject({ First_Name: 'Anne', Last_Name: 'Third' });
  });

  it('is overwritten by sync --overwrite, which shows the old value', async () => {
    const { stage, contactId } = await aFilledContact(setting);
    const options = optionsOf(stage, setting);
    const foretold = await sync(stage.sandbox, [ANN.email, '--overwrite', '--dry-run'], options);
    expect(foretold.first).toMatchObject({
      action: 'updated',
      fields: ['Last_Name'],
      overwritten: { Last_Name: 'Lee' },
    });
    expect(await fieldsOf(stage)).toMatchObject({ Last_Name: 'Lee' });
    const { first, code } = await sync(stage.sandbox, [ANN.email, '--overwrite'], options);
    expect(first).toMatchObject({
      action: 'updated',
      fields: ['Last_Name'],
      overwritten: { Last_Name: 'Lee' },
    });
    expect(code).toBe(0);
    expect(await fieldsOf(stage)).toMatchObject({ Last_Name: 'Smith', Phone: '+15550100' });

    await stage.salesEdits(contactId, { Last_Name: 'Miller' });
    const { stdout, stderr } = await syncText(stage.sandbox, [ANN.email, '--overwrite'], options);
    expect(stdout).toMatch(/^updated/);
    expect(stderr).toContain('ann@example.org: Last_Name was "Miller"');
  });
});

describe('adopt: fill', () => {
  it('ticks an unticked checkbox, because a checkbox is never empty in Zoho', async () => {
    const stage = await aStage({ mapping: MAPPING });
    await stage.salesMakes(BY_HAND);
    await stage.signUp({ ...ANN, no_mail: true });
    expect(await fieldsOf(stage)).toMatchObject({ Email_Opt_Out: true, Last_Name: 'Lee' });
  });

  it('leaves a filled field alone when the mapping adds it later', async () => {
    const { stage, id } = await aFilledContact();
    await stage.salesEdits((await stage.onlyContact()).id, { Title: 'Director', Department: null });
    await stage.serve.stop();
    const later = await stageWith(
      stage.sandbox,
      { mapping: `${MAPPING}  Title: "'from Ory'"\n  Department: "'from Ory'"\n`, admin: true },
      stage.serve.folder,
    );
    const { code } = await runBackfill(later.sandbox, [], { folder: later.serve.folder });
    expect(code).toBe(0);
    expect(await fieldsOf(later)).toMatchObject({
      Title: 'Director',
      Department: 'from Ory',
      Last_Name: 'Lee',
    });
    await later.staysQuiet(id);
  });

  it('still leaves fields alone when the rest of the adoption failed and is tried again', async () => {
    const setting = { mapping: MAPPING, admin: true, unique: ['Phone'] };
    const stage = await aStage(setting);
    await stage.salesMakes({ Email: 'bob@example.org', Last_Name: 'Bob', Phone: '+491701234567' });
    const contactId = await stage.salesMakes({ Email: ANN.email, Last_Name: 'Lee' });
    const id = await stage.signUp({ ...ANN, phone: '+491701234567' });
    expect(stage.outcomes(id)).toEqual(['failed duplicate_Phone']);
    expect(stage.link(id)).toBe(contactId);
    await sync(stage.sandbox, [ANN.email], { folder: stage.serve.folder });
    expect((await stage.contact(contactId)).fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee' });
  });
});

it('adopt: fill still holds after a merge moved the Ory id to another contact', async () => {
  const { stage, contactId } = await aFilledContact({ oryId: true });
  const master = await stage.salesMakes({
    Email: 'other@example.org',
    Last_Name: 'Leigh',
    Phone: '+15550199',
  });
  await stage.sandbox.control.mergeContacts(master, [contactId]);
  await sync(stage.sandbox, [ANN.email], optionsOf(stage, { oryId: true }));
  expect(await fieldsOf(stage)).toMatchObject({ Last_Name: 'Leigh', Phone: '+15550199' });
});
