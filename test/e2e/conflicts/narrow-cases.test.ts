import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, NO_COQL, ORY_ID } from './stage.ts';

const person = (email: string, first: string) => ({ email, name: { first, last: 'Lee' } });
const shared = (first: string) => ({ emails: ['info@example.org'], name: { first, last: 'Lee' } });

describe('without the COQL scope', () => {
  it.each([[NO_COQL], [{ ...NO_COQL, oryId: true }], [{ ...NO_COQL, admin: true }]])(
    'a second identity with the email of an existing one leaves its contact alone %j',
    async (setting) => {
      const stage = await aStage(setting);
      await stage.signUp(shared('First'));
      const second = await stage.signUp(shared('Second'));
      expect(stage.outcomes(second)).toEqual(['failed email_taken']);
      expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'First' });
    },
  );

  it.each([[false], [true]])(
    'deleted and signed up again: the newcomer gets the contact, oryId %s',
    async (oryId) => {
      const stage = await aStage({ ...NO_COQL, admin: true, oryId });
      const old = await stage.signUp(person('ann@example.org', 'Ann'));
      await stage.sandbox.control.deleteIdentity(old);
      const again = await stage.signUp(person('ann@example.org', 'Anna'));
      expect(stage.outcomes(again)).toEqual(['updated']);
      expect(stage.link(again)).toBe((await stage.onlyContact()).id);
    },
  );

  it('a second identity without a name leaves the contact of an existing one alone', async () => {
    const stage = await aStage(NO_COQL);
    await stage.signUp({ ...shared('First'), phone: '+491701234567' });
    const second = await stage.signUp({ emails: ['info@example.org'], phone: '+491709999999' });
    expect(stage.outcomes(second)).toEqual(['failed email_taken']);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1, fields: { Phone: '+491701234567' } });
  });
});

it.each([[false], [true]])(
  'an email once in doubt now belongs to another identity: each has a contact; admin %s',
  async (admin) => {
    const stage = await aStage({ admin });
    const { control } = stage.sandbox;
    await control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'before_commit' } });
    const { id: ann } = await control.createIdentity({ traits: person('typo@example.org', 'Ann') });
    await stage.tell(ann, 'registration');
    await stage.serve.logged((line) => line['reason'] === 'network');
    // Ann corrects her email while Zoho is away, and the real owner of the email signs up first.
    await control.updateIdentity(ann, { traits: person('ann@example.org', 'Ann') });
    await stage.tell(ann, 'settings');
    stage.serve.change('UPDATE outbox SET due_at = due_at + 600000 WHERE identity_id = ?', ann);
    const tim = await stage.signUp(person('typo@example.org', 'Tim'));
    expect(stage.outcomes(tim)).toEqual(['created']);
    stage.hurry(ann);
    await eventually(() => stage.outcomes(ann).length > 0 || stage.row(ann)?.['waits_for'] != null);
    expect(stage.row(ann)?.['waits_for'] ?? null).toBeNull();
    expect(stage.outcomes(ann)).toEqual(['created']);
  },
);

it('sales typed the email into the contact of an identity with another email: decided at once', async () => {
  const stage = await aStage({ admin: true });
  const tim = await stage.signUp(person('tim@example.org', 'Tim'));
  await stage.salesEdits(String(stage.link(tim)), { Email: 'ann@example.org' });
  const { id: ann } = await stage.sandbox.control.createIdentity({
    traits: person('ann@example.org', 'Ann'),
  });
  await stage.tell(ann, 'registration');
  await stage.settled(ann, 1);
  // Rule 21: the owner does not need the email.
  expect(stage.outcomes(ann)).toEqual(['created']);
});

it('a shared unique phone does not block a new name', async () => {
  const stage = await aStage({ unique: ['Phone'] });
  await stage.salesMakes({ Email: 'bob@example.org', Last_Name: 'Roe', Phone: '+491701234567' });
  const id = await stage.signUp({ ...person('ann@example.org', 'Ann'), phone_number: '+491701234567' });
  await stage.change(id, { ...person('ann@example.org', 'Anna'), phone_number: '+491701234567' });
  expect((await stage.contact(String(stage.link(id)))).fields).toMatchObject({ First_Name: 'Anna' });
});

it('a colleague matched by a phone keeps email and name', async () => {
  const stage = await aStage({ without: ['ZohoCRM.settings.fields'], unique: ['Phone'], admin: true });
  const bob = await stage.signUp({ ...person('bob@example.org', 'Bob'), phone: '+491701234567' });
  const { id: ann } = await stage.sandbox.control.createIdentity({
    traits: person('ann@example.org', 'Ann'),
  });
  await stage.serve.send(
    {
      ...(await stage.identity(ann)),
      traits: { ...person('ann@example.org', 'Ann'), phone: '+491701234567' },
    },
    'registration',
  );
  await stage.settled(ann, 1);
  expect((await stage.contact(String(stage.link(bob)))).fields).toMatchObject({
    Email: 'bob@example.org',
    First_Name: 'Bob',
  });
});

it('an id of another identity in capitals is recognized', async () => {
  const stage = await aStage({ oryId: true });
  const { id: bob } = await stage.sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
  await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: bob.toUpperCase() });
  const id = await stage.signUp(person('ann@example.org', 'Ann'));
  expect(stage.outcomes(id)).toEqual(['failed email_taken']);
});

it('an id typed in by hand that belongs to an identity with another contact', async () => {
  const stage = await aStage({ oryId: true, admin: true });
  const bob = await stage.signUp(person('bob@example.org', 'Bob'));
  await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'L', [ORY_ID]: bob });
  const { id: ann } = await stage.sandbox.control.createIdentity({
    traits: person('ann@example.org', 'Ann'),
  });
  await stage.tell(ann, 'registration');
  const waits = () => stage.row(ann)?.['state'] === 'waiting' && stage.row(ann)?.['waits_for'] !== null;
  await eventually(() => stage.outcomes(ann).length > 0 || waits());
  expect(waits()).toBe(false);
});

it('an email in doubt, without COQL, that another identity has by now', async () => {
  const stage = await aStage(NO_COQL);
  const { control } = stage.sandbox;
  await control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'before_commit' } });
  const { id: ann } = await control.createIdentity({ traits: person('typo@example.org', 'Ann') });
  await stage.tell(ann, 'registration');
  await stage.serve.logged((line) => line['reason'] === 'network');
  await control.updateIdentity(ann, { traits: person('ann@example.org', 'Ann') });
  await stage.tell(ann, 'settings');
  stage.serve.change('UPDATE outbox SET due_at = due_at + 600000 WHERE identity_id = ?', ann);
  const { id: tim } = await control.createIdentity({ traits: person('typo@example.org', 'Tim') });
  await stage.tell(tim, 'registration');
  // Ann's row is not due, but it settles its doubt because Tim waits for it.
  await eventually(() => stage.row(ann)?.['marks'] !== undefined && stage.link(ann) !== undefined);
  stage.hurry(ann);
  await stage.settled(ann, 1);
  await stage.settled(tim, 1);
  expect((await stage.contact(String(stage.link(tim)))).fields).toMatchObject({
    Email: 'typo@example.org',
    First_Name: 'Tim',
  });
});

const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Lead_Source: { value: "'Web Download'", write: on-create }
`;

it.each([[NO_COQL], [{ ...NO_COQL, oryId: true }]])(
  'without the COQL scope an identity without a name gets a contact %j',
  async (setting) => {
    const stage = await aStage({ ...setting, mapping: MAPPING });
    const id = await stage.signUp({ email: 'ann@example.org' });
    expect(stage.outcomes(id)).toEqual(['created']);
    expect((await stage.onlyContact()).fields).toMatchObject({
      Last_Name: 'ann',
      Lead_Source: 'Web Download',
    });
    await stage.staysQuiet(id);
  },
);

it('adopt: fill, with the Ory-id field: writes to no filled field when the answer to the adoption was lost', async () => {
  const stage = await aStage({ oryId: true, mapping: `adopt: fill${MAPPING}` });
  await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee', Phone: '+15550100' });
  await stage.sandbox.control.addFault({ on: { operation: 'update' }, effect: { cut: 'after_commit' } });
  const id = await stage.signUp({
    email: 'ann@example.org',
    name: { first: 'Ann', last: 'Smith' },
    phone: '+491701234567',
  });
  expect(stage.outcomes(id)).toEqual(['updated']);
  expect((await stage.onlyContact()).fields).toMatchObject({
    First_Name: 'Ann',
    Last_Name: 'Lee',
    Phone: '+15550100',
  });
  await stage.staysQuiet(id);
});

it('the Ory-id field without the scope to read the field list: the second sign-up arrives too', async () => {
  const stage = await aStage({ oryId: true, without: ['ZohoCRM.settings.fields'] });
  await stage.signUp({ email: 'ann@example.org', name: 'Ann' });
  const { id } = await stage.sandbox.control.createIdentity({
    traits: { email: 'bob@example.org', name: 'Bob' },
  });
  await stage.tell(id, 'registration');
  await eventually(
    () => stage.outcomes(id).length > 0 || stage.serve.log.some((line) => line['reason'] === 'ory_id_field'),
  );
  expect(stage.outcomes(id)).toEqual(['created']);
});
