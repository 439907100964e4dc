import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { aStage, CONNECTIONS, LOOKING, ORY_ID, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const FIELDS = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Title: traits.title
  Email_Opt_Out: traits.no_mail
  Lead_Source: { value: traits.source, write: on-create }
`;
const EMAIL = 'ann@example.org';
const FIRST = {
  email: EMAIL,
  name: { first: 'Ann', last: 'Lee' },
  phone: '+491701234567',
  title: 'Director',
  no_mail: true,
  source: 'Trade Show',
};

type Adopt = 'overwrite' | 'fill';

interface Again {
  readonly stage: Stage;
  readonly id: string;
  readonly contactId: string;
}

/**
 * One person signs up, a salesperson may edit the contact, Ory deletes the identity, and another signs up
 * with the email.
 */
async function signedUpAgain(
  setting: Setting,
  adopt: Adopt,
  { edits = {}, again, before = {} }: { edits?: JsonObject; again: JsonObject; before?: JsonObject },
): Promise<Again> {
  const mapping = `adopt: ${adopt}${FIELDS}`;
  const stage = await aStage({ admin: true, ...setting, mapping: setting.mapping ?? mapping });
  const old = await stage.signUp({ ...FIRST, ...before });
  const { id: contactId } = await stage.onlyContact();
  await stage.salesEdits(contactId, { Description: 'a good customer', ...edits });
  await stage.sandbox.control.deleteIdentity(old);
  const id = await stage.signUp({ email: EMAIL, ...again });
  return { stage, id, contactId };
}

const both: readonly Adopt[] = ['overwrite', 'fill'];
const LOOKING_BOTH = LOOKING.flatMap(([how, setting]) =>
  both.map((adopt): [string, Setting, Adopt] => [`${how}, adopt: ${adopt}`, setting, adopt]),
);

describe.each(LOOKING_BOTH)('deleted and signed up again, %s', (_how, setting, adopt) => {
  it('nothing of the first identity is left, but a salesperson’s edits are', async () => {
    const { stage, id, contactId } = await signedUpAgain(setting, adopt, { again: {} });
    expect(stage.link(id)).toBe(contactId);
    expect((await stage.onlyContact()).fields).toMatchObject({
      Email: EMAIL,
      First_Name: null,
      Last_Name: 'ann',
      Phone: null,
      Title: null,
      Email_Opt_Out: false,
      Lead_Source: null,
      Description: 'a good customer',
      ...(setting.oryId && { [ORY_ID]: id }),
    });
    await stage.staysQuiet(id);
  });

  it('fields that we last wrote get the values of the second identity, under fill too', async () => {
    const second = { name: { first: 'Anna', last: 'Smith' }, phone: '+33612345678', source: 'Online Store' };
    const { stage, id } = await signedUpAgain(setting, adopt, { again: second });
    expect((await stage.onlyContact()).fields).toMatchObject({
      First_Name: 'Anna',
      Last_Name: 'Smith',
      Phone: '+33612345678',
      Title: null,
      Lead_Source: 'Online Store',
    });
    // From here on the fields belong to the second identity: what Ory no longer has is cleared.
    await stage.change(id, { email: EMAIL, name: second.name });
    expect((await stage.onlyContact()).fields).toMatchObject({ Last_Name: 'Smith', Phone: null });
    await stage.staysQuiet(id);
  });

  it('fields that a salesperson typed over stay under fill, and are never cleared', async () => {
    const edits = { Phone: '+15550100', Title: 'Owner', Last_Name: 'Lee-Brown' };
    const again = { name: { first: 'Anna', last: 'Smith' }, phone: '+33612345678' };
    const { stage, id } = await signedUpAgain(setting, adopt, { edits, again });
    const typed = adopt === 'fill';
    expect((await stage.onlyContact()).fields).toMatchObject({
      First_Name: 'Anna',
      Last_Name: typed ? 'Lee-Brown' : 'Smith',
      Phone: typed ? '+15550100' : '+33612345678',
      Title: 'Owner',
    });
    await stage.staysQuiet(id);
  });

  it('a contact older than the first identity keeps what did not come from that identity', async () => {
    const stage = await aStage({ admin: true, ...setting, mapping: `adopt: ${adopt}${FIELDS}` });
    const contactId = await stage.salesMakes({ Email: EMAIL, Last_Name: 'Brown', Title: 'Owner' });
    const old = await stage.signUp({ email: EMAIL, phone: '+491701234567' });
    await stage.sandbox.control.deleteIdentity(old);
    await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
    expect((await stage.contact(contactId)).fields).toMatchObject({
      First_Name: 'Anna',
      Last_Name: adopt === 'fill' ? 'Brown' : 'Smith',
      Phone: null,
      Title: 'Owner',
    });
  });
});

describe.each(CONNECTIONS)('deleted and signed up again, %s', (_how, setting) => {
  it('the phone of the first one is gone', async () => {
    const { stage, id, contactId } = await signedUpAgain(setting, 'overwrite', { again: {} });
    expect(stage.link(id)).toBe(contactId);
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: null, Phone: null, Title: null });
  });

  it('it is also gone when the answer to the second one was lost', async () => {
    const mapping = `adopt: overwrite${FIELDS}`;
    const stage = await aStage({ admin: true, ...setting, mapping });
    const old = await stage.signUp(FIRST);
    await stage.sandbox.control.deleteIdentity(old);
    for (const operation of ['update', 'upsert'] as const) {
      await stage.sandbox.control.addFault({ on: { operation }, effect: { cut: 'after_commit' } });
    }
    const id = await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
    const { fields } = await stage.onlyContact();
    expect(fields).toMatchObject({ First_Name: 'Anna', Last_Name: 'Smith', Phone: null, Title: null });
    await stage.staysQuiet(id);
  });

  it('it is also gone when the first one was created by a call without an answer', async () => {
    const whole = { admin: true, ...setting, mapping: `adopt: overwrite${FIELDS}` };
    const before = await aStage(whole);
    const { control } = before.sandbox;
    const held = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'before_commit' } });
    const { id: old, traits = {} } = await control.createIdentity({ traits: FIRST });
    await before.serve.send({ id: old, traits }, 'registration');
    await control.waitForHeld(held);
    await control.deleteIdentity(old);
    await before.serve.kill();
    await control.removeFault(held);
    before.serve.change('UPDATE outbox SET lease_until = 0');
    await eventually(async () => (await before.contacts()).length === 1);
    const stage = await stageWith(before.sandbox, whole, before.serve.folder);
    await stage.settled(old, 1);
    const id = await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
    const { fields } = await stage.onlyContact();
    expect(fields).toMatchObject({ First_Name: 'Anna', Last_Name: 'Smith', Phone: null, Title: null });
    await stage.staysQuiet(id);
  });
});

describe('deleted and signed up again', () => {
  it('the tag of `deleted: tag` comes off when an existing identity takes over the contact', async () => {
    const mapping = `deleted: tag\ntags: [From Ory]${FIELDS}`;
    const stage = await aStage({ admin: true, mapping });
    const old = await stage.signUp(FIRST);
    const late = await stage.identity(old);
    await stage.sandbox.control.deleteIdentity(old);
    // A hint causes a read, which finds that the identity is gone.
    await stage.serve.send({ id: old, traits: late.traits ?? {} }, 'settings');
    await stage.settled(old, 2);
    const tags = async () => (await stage.onlyContact()).fields['Tag'];
    expect(JSON.stringify(await tags())).toMatch(/Ory deleted/);
    const id = await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
    expect(JSON.stringify(await tags())).toMatch(/From Ory/);
    expect(JSON.stringify(await tags())).not.toMatch(/Ory deleted/);
    await stage.staysQuiet(id);
  });

  it('values written by `otherwise: set` are gone too', async () => {
    const excluding = `when: "$not(traits.out = true)"\notherwise: { set: { Description: traits.why, Email_Opt_Out: "true" } }`;
    const mapping = `${excluding}${FIELDS.replace('  Email_Opt_Out: traits.no_mail\n', '')}`;
    const stage = await aStage({ admin: true, mapping });
    const old = await stage.signUp(FIRST);
    await stage.change(old, { ...FIRST, out: true, why: 'debts' });
    expect((await stage.onlyContact()).fields).toMatchObject({ Description: 'debts', Email_Opt_Out: true });
    await stage.sandbox.control.deleteIdentity(old);
    await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
    expect((await stage.onlyContact()).fields).toMatchObject({ Description: null, Email_Opt_Out: false });
  });

  it.each(CONNECTIONS)(
    'values of fields that have left the mapping are gone too, %s',
    async (_how, setting) => {
      const first = await aStage({ ...setting, admin: true, mapping: FIELDS });
      const old = await first.signUp(FIRST);
      await first.serve.stop();
      const mapping = FIELDS.replace('  Title: traits.title\n', '');
      const stage = await stageWith(first.sandbox, { ...setting, admin: true, mapping }, first.serve.folder);
      await stage.sandbox.control.deleteIdentity(old);
      const id = await stage.signUp({ email: EMAIL, name: { first: 'Anna', last: 'Smith' } });
      expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Anna', Title: null });
      await stage.staysQuiet(id);
    },
  );

  it('times and choices are recognized in the form in which Zoho shows them', async () => {
    const mapping = `
fields:
  Email: email
  Last_Name: last_name
  Seen_At: traits.seen
  Topics: traits.topics
`;
    const stage = await aStage({
      admin: true,
      mapping,
      zoho: {
        fields: [
          { apiName: 'Seen_At', dataType: 'datetime', length: 32 },
          { apiName: 'Topics', dataType: 'multiselectpicklist', length: 250 },
        ],
      },
    });
    const old = await stage.signUp({
      email: EMAIL,
      seen: '2026-05-14T10:51:02Z',
      topics: ['tea', 'coffee', 'cake'],
    });
    const { id: contactId } = await stage.onlyContact();
    // The same time and choices in the organization's time zone and in Zoho's own order.
    await stage.salesEdits(contactId, {
      Seen_At: '2026-05-14T12:51:02+02:00',
      Topics: ['cake', 'coffee', 'tea'],
    });
    await stage.sandbox.control.deleteIdentity(old);
    await stage.signUp({ email: EMAIL });
    expect((await stage.contact(contactId)).fields).toMatchObject({ Seen_At: null, Topics: null });
  });

  it('a contact given away by hand (--take-over) keeps no values of the first identity either', async () => {
    const stage = await aStage({ admin: true, mapping: `adopt: fill${FIELDS}` });
    // This email is not an identifier, so two identities can have it.
    const { email, ...first } = FIRST;
    const old = await stage.signUp({ ...first, emails: [email] });
    const id = await stage.signUp({ emails: [email], name: { first: 'Anna', last: 'Smith' } });
    expect(stage.outcomes(id)).toEqual(['failed email_taken']);
    const { folder } = stage.serve;
    const variables = connectionTo(stage.sandbox, folder);
    await runCommand(['failed', 'retry', id, '--take-over'], { folder, variables });
    await eventually(() => stage.outcomes(id).at(-1) === 'updated');
    expect(stage.link(old)).toBeNull();
    expect((await stage.onlyContact()).fields).toMatchObject({
      First_Name: 'Anna',
      Last_Name: 'Smith',
      Phone: null,
    });
  });
});
