import { describe, expect, it } from 'vitest';
import { aStage, CONNECTIONS, ORY_ID } from './stage.ts';

const PHONE = '+491701234567';
const ann = (first: string, phone = PHONE) => ({
  email: 'ann@example.org',
  name: { first, last: 'Lee' },
  phone_number: phone,
});
const COLLEAGUE = { Email: 'bob@example.org', Last_Name: 'Roe', Phone: PHONE };

describe.each(CONNECTIONS)('a phone that Zoho keeps unique and a colleague has, %s', (_how, setting) => {
  it('leaves the colleague alone: the newcomer’s contact has no phone, and the colleague is named', async () => {
    const stage = await aStage({ ...setting, unique: ['Phone'] });
    const colleague = await stage.salesMakes(COLLEAGUE);
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['failed duplicate_Phone']);
    expect(stage.row(id)).toMatchObject({
      code: 'DUPLICATE_DATA',
      field: 'Phone',
      message: expect.stringContaining(colleague),
    });
    expect(await stage.contact(colleague)).toMatchObject({ writes: 1, fields: COLLEAGUE });
    const contacts = await stage.contacts();
    expect(contacts).toHaveLength(2);
    const ours = String(stage.link(id));
    expect(ours).not.toBe(colleague);
    expect((await stage.contact(ours)).fields).toMatchObject({ Email: 'ann@example.org', Phone: null });
    await stage.change(id, ann('Anna'));
    expect(await stage.contact(colleague)).toMatchObject({ writes: 1 });
    expect(await stage.contacts()).toHaveLength(2);

    await stage.change(id, ann('Anna', '+491709999999'));
    expect(stage.outcomes(id).at(-1)).toBe('updated');
    expect((await stage.contact(ours)).fields).toMatchObject({ First_Name: 'Anna', Phone: '+491709999999' });
    expect(await stage.contacts()).toHaveLength(2);
    await stage.staysQuiet(id);
  });

  it('a phone of its own is written, although the field is unique', async () => {
    const stage = await aStage({ ...setting, unique: ['Phone'] });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['created']);
    expect((await stage.onlyContact()).fields).toMatchObject({ Phone: PHONE });
    await stage.staysQuiet(id);
  });
});

it('a contact that Zoho matched only by phone is not taken over', async () => {
  const stage = await aStage();
  const colleague = await stage.salesMakes(COLLEAGUE);
  // Zoho's field list is read now and kept for an hour.
  await stage.signUp({ email: 'zoe@example.org', name: 'Zoe' });
  await stage.sandbox.control.changeField('Contacts', 'Phone', { unique: { caseSensitive: false } });
  const id = await stage.signUp(ann('Ann'));
  expect(stage.outcomes(id)).toEqual(['failed matched_by_Phone']);
  expect(stage.row(id)).toMatchObject({ field: 'Phone', message: expect.stringContaining(colleague) });
  expect(stage.link(id) ?? null).toBeNull();
});

/** Zoho's answer for one record whose unique value belongs to another record. */
function duplicate(field: string, id: string, module: string): string {
  const record = {
    id,
    Owner: { id: '7328395000000001', name: 'Sales' },
    module: { api_name: module, id: '1' },
  };
  const details = {
    id,
    more_records: false,
    duplicate_record: record,
    api_name: field,
    json_path: `$.data[0].${field}`,
  };
  return JSON.stringify({
    data: [{ code: 'DUPLICATE_DATA', details, message: 'duplicate data', status: 'error' }],
  });
}

/**
 * A contact is created between our look-up and our upsert, so Zoho refuses the upsert and names the
 * duplicate.
 */
describe('DUPLICATE_DATA', () => {
  it.each([['Email'], [ORY_ID]])('of %s in our module: the named contact is taken over', async (field) => {
    const stage = await aStage({ oryId: true });
    const named = await stage.salesMakes({ Email: 'ann@private.example', Last_Name: 'Smith' });
    const effect = { status: 400, body: duplicate(field, named, 'Contacts') };
    await stage.sandbox.control.addFault({ on: { operation: 'upsert' }, effect });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(await stage.onlyContact()).toMatchObject({
      id: named,
      fields: { Email: 'ann@example.org', Last_Name: 'Lee', [ORY_ID]: id },
    });
    expect(stage.link(id)).toBe(named);
    await stage.staysQuiet(id);
  });

  it.each([
    ['of a phone', 'Phone', 'Contacts'],
    ['of an email in another module', 'Email', 'Leads'],
    ['of an Ory id in another module', ORY_ID, 'Leads'],
  ])('%s: the named record is left alone', async (_what, field, module) => {
    const stage = await aStage({ oryId: true });
    const named = await stage.salesMakes({ Email: 'bob@example.org', Last_Name: 'Roe' });
    const effect = { status: 400, body: duplicate(field, named, module) };
    await stage.sandbox.control.addFault({ on: { operation: 'upsert' }, effect });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual([`failed duplicate_${field}`]);
    expect(await stage.onlyContact()).toMatchObject({ id: named, writes: 1 });
    expect(stage.link(id) ?? null).toBeNull();
    expect(stage.row(id)).toMatchObject({ message: expect.stringContaining(named) });

    await stage.change(id, ann('Anna'));
    expect(stage.outcomes(id).at(-1)).toBe('created');
    expect(await stage.contact(named)).toMatchObject({ writes: 1 });
  });

  it('is followed once: a second one fails', async () => {
    const stage = await aStage();
    const named = await stage.salesMakes({ Email: 'ann@private.example', Last_Name: 'Smith' });
    const effect = { status: 400, body: duplicate('Email', named, 'Contacts') };
    await stage.sandbox.control.addFault({ on: { operation: 'upsert' }, effect });
    await stage.sandbox.control.addFault({ on: { operation: 'update' }, effect });
    const id = await stage.signUp(ann('Ann'));
    expect(stage.outcomes(id)).toEqual(['failed duplicate_Email']);
    expect(await stage.onlyContact()).toMatchObject({ id: named, writes: 1 });
  });

  it('of a linked contact: an email that another contact has by now is not followed', async () => {
    const stage = await aStage({ unique: ['Email'] });
    const id = await stage.signUp(ann('Ann'));
    const ours = String(stage.link(id));
    const other = await stage.salesMakes({ Email: 'ann.lee@example.org', Last_Name: 'Other' });
    await stage.change(id, { ...ann('Ann'), email: 'ann.lee@example.org' });
    expect(stage.outcomes(id)).toEqual(['created', 'failed duplicate_Email']);
    expect(stage.row(id)).toMatchObject({ message: expect.stringContaining(other) });
    expect(await stage.contact(other)).toMatchObject({ writes: 1 });
    expect((await stage.contact(ours)).fields).toMatchObject({ Email: 'ann@example.org' });
    expect(stage.link(id)).toBe(ours);

    // Sales merges the two. The identity keeps the contact that is left.
    await stage.sandbox.control.mergeContacts(other, [ours]);
    await stage.change(id, { ...ann('Anna'), email: 'ann.lee@example.org' });
    expect(await stage.onlyContact()).toMatchObject({ id: other, fields: { First_Name: 'Anna' } });
    expect(stage.link(id)).toBe(other);
  });

  it('the Ory id is on one contact and the unique email on another: neither is taken over', async () => {
    const stage = await aStage({ oryId: true, unique: ['Email'] });
    const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
    const marked = await stage.salesMakes({ Email: 'ann@work.example', Last_Name: 'Lee', [ORY_ID]: id });
    const mailed = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee' });
    await stage.tell(id, 'registration');
    await stage.settled(id, 1);
    expect(stage.outcomes(id)).toEqual(['failed duplicate_Email']);
    expect(stage.row(id)).toMatchObject({ message: expect.stringContaining(mailed) });
    for (const contact of [marked, mailed]) expect(await stage.contact(contact)).toMatchObject({ writes: 1 });
  });
});
