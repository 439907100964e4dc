/**
 * `adopt_unverified: false`: anyone can sign up with a customer's email, but the contact is taken over only
 * once the email is verified.
 */
import { describe, expect, it } from 'vitest';
import { aStage, LOOKING, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting, Stage } from './stage.ts';
import { eventually } from '../processes/serve-process.ts';

const MAPPING = `adopt_unverified: false
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
`;
const EVE = { email: 'customer@example.org', name: { first: 'Eve', last: 'Other' }, phone: '+491701234567' };
const CUSTOMER = { Email: 'Customer@example.org', Last_Name: 'Customer', Phone: '+15550100' };

async function signUp(stage: Stage, traits = EVE): Promise<string> {
  const identity = await stage.sandbox.control.createIdentity({ traits, verified: false });
  await stage.tell(identity.id, 'registration');
  return identity.id;
}

describe.each([...LOOKING, ['with the admin API', { admin: true }] as [string, Setting]])(
  '%s',
  (_how, setting) => {
    const withMapping = { ...setting, mapping: MAPPING };

    it('an unverified sign-up leaves a customer’s contact alone until the email is verified', async () => {
      const stage = await aStage(withMapping);
      const customer = await stage.salesMakes(CUSTOMER);
      const eve = await signUp(stage);
      await stage.settled(eve, 1);
      expect(stage.outcomes(eve)).toEqual(['skipped unverified_match']);
      expect(stage.serve.log.find((line) => line['reason'] === 'unverified_match')).toMatchObject({
        contact_id: customer,
      });
      expect(await stage.onlyContact()).toMatchObject({ writes: 1, fields: { Phone: '+15550100' } });
      expect(stage.link(eve)).toBeNull();

      await stage.sandbox.control.verifyIdentity(eve);
      await stage.tell(eve, 'verification');
      await stage.settled(eve, 2);
      expect(stage.outcomes(eve).at(-1)).toBe('updated');
      expect(stage.link(eve)).toBe(customer);
    });

    it('creates a new contact for an unverified email that no contact in Zoho has', async () => {
      const stage = await aStage(withMapping);
      const eve = await signUp(stage);
      await stage.settled(eve, 1);
      expect(stage.outcomes(eve)).toEqual(['created']);
    });

    it('still updates a linked contact, verified or not', async () => {
      const stage = await aStage(withMapping);
      const eve = await signUp(stage);
      await stage.settled(eve, 1);
      await stage.change(eve, { ...EVE, phone: '+491709999999' });
      expect((await stage.onlyContact()).fields).toMatchObject({ Phone: '+491709999999' });
    });
  },
);

it('a reconcile takes over the contact once the email is verified, even without a webhook', async () => {
  const stage = await aStage({ admin: true, mapping: MAPPING, variables: { RECONCILE_INTERVAL: '2s' } });
  const customer = await stage.salesMakes(CUSTOMER);
  const eve = await signUp(stage);
  await eventually(() => stage.outcomes(eve).includes('skipped unverified_match'));
  await stage.sandbox.control.verifyIdentity(eve);
  await eventually(() => stage.link(eve) === customer);
});

it('without the COQL scope an unverified newcomer waits, and nothing fails', async () => {
  const stage = await aStage({ ...NO_COQL, mapping: MAPPING });
  const customer = await stage.salesMakes(CUSTOMER);
  const eve = await signUp(stage);
  await eventually(() => stage.row(eve)?.['waits_reason'] === 'needs_coql');
  expect(await stage.contact(customer)).toMatchObject({ writes: 1 });
});

it('a contact whose identity is gone is not taken over either, unless ory-zoho made it', async () => {
  const stage = await aStage({ admin: true, oryId: true, mapping: MAPPING });
  const { control } = stage.sandbox;
  await stage.salesMakes(CUSTOMER);
  const owner = await signUp(stage, { ...EVE, name: { first: 'Cuss', last: 'Tomer' } });
  await control.verifyIdentity(owner);
  await stage.tell(owner, 'verification');
  await eventually(() => stage.outcomes(owner).at(-1) === 'updated');
  await control.deleteIdentity(owner);
  const eve = await signUp(stage);
  await eventually(() => stage.outcomes(eve).length > 0);
  expect(stage.outcomes(eve)).toEqual(['skipped unverified_match']);
  expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Cuss', [ORY_ID]: owner });
});

it('without the option an unverified sign-up takes over the contact, as before', async () => {
  const stage = await aStage({});
  const customer = await stage.salesMakes(CUSTOMER);
  const eve = await signUp(stage);
  await stage.settled(eve, 1);
  expect(stage.outcomes(eve)).toEqual(['updated']);
  expect(stage.link(eve)).toBe(customer);
});
