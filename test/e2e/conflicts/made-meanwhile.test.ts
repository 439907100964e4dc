/**
 * A salesperson creates or fills a contact while our call about the same email is in doubt (rules 11, 17 and
 * 24).
 */
import { expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { aStage } from './stage.ts';
import type { Stage } from './stage.ts';

const FIELDS = `fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
`;
const ANN = { email: 'ann@example.org', name: { first: 'Ann', last: 'Smith' }, phone: '+491701234567' };
const BY_HAND = { Email: 'ann@example.org', Last_Name: 'Lee', Phone: '+15550100' };

/** Zoho fails at the first write, and then at every call until `goOn`. @returns the identity's id */
async function signUpWithoutAnswer(stage: Stage, operation: 'upsert' | 'update') {
  const { control } = stage.sandbox;
  const { id } = await control.createIdentity({ traits: ANN });
  const held = await control.addFault({ on: { operation }, effect: { hold: 'before_commit' } });
  await stage.tell(id, 'registration');
  await control.waitForHeld(held);
  const down = await control.addFault({ times: 'always', effect: { status: 503, body: '{}' } });
  await control.cut(held);
  return { id, goOn: () => control.removeFault(down) };
}

it('adopt: fill keeps the values of the contact', async () => {
  const stage = await aStage({ mapping: `adopt: fill\n${FIELDS}`, admin: true });
  const { id, goOn } = await signUpWithoutAnswer(stage, 'upsert');
  await stage.salesMakes(BY_HAND);
  await goOn();
  await stage.settled(id, 1);
  const { fields } = await stage.onlyContact();
  expect(fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Lee', Phone: '+15550100' });
});

it('adopt: fill keeps what a salesperson typed into a field that the adoption was about to fill', async () => {
  const stage = await aStage({ mapping: `adopt: fill\n${FIELDS}`, admin: true });
  const contactId = await stage.salesMakes(BY_HAND);
  const { id, goOn } = await signUpWithoutAnswer(stage, 'update');
  await stage.salesEdits(contactId, { First_Name: 'Annie' });
  await goOn();
  await stage.settled(id, 1);
  expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Annie', Last_Name: 'Lee' });
});

it('adopt_unverified: false leaves the contact alone', async () => {
  const stage = await aStage({ mapping: `adopt_unverified: false\n${FIELDS}`, admin: true });
  const { id, goOn } = await signUpWithoutAnswer(stage, 'upsert');
  await stage.salesMakes(BY_HAND);
  await goOn();
  await stage.settled(id, 1);
  expect(stage.outcomes(id)).toEqual(['skipped unverified_match']);
  expect((await stage.onlyContact()).fields).toMatchObject({ Last_Name: 'Lee', Phone: '+15550100' });
});

it('an erasure does not delete the contact', async () => {
  const stage = await aStage({ mapping: FIELDS, admin: true });
  const { id, goOn } = await signUpWithoutAnswer(stage, 'upsert');
  await stage.salesMakes(BY_HAND);
  const { folder } = stage.serve;
  const variables = connectionTo(stage.sandbox, folder);
  const erasing = runCommand(['erase', id, '--yes'], { folder, variables });
  // A round that claimed the sign-up before the erasure may still adopt the contact, so none must be under way.
  await eventually(() => stage.row(id)?.['kind'] === 'erase' && stage.row(id)?.['lease_token'] === null);
  await goOn();
  stage.hurry(id);
  await erasing;
  expect((await stage.onlyContact()).fields).toMatchObject({ Last_Name: 'Lee', Phone: '+15550100' });
});

it('deleted: delete does not delete the contact either', async () => {
  const stage = await aStage({ mapping: `deleted: delete\n${FIELDS}`, admin: true });
  const { id, goOn } = await signUpWithoutAnswer(stage, 'upsert');
  await stage.salesMakes(BY_HAND);
  const { traits = {} } = await stage.identity(id);
  await stage.sandbox.control.deleteIdentity(id);
  // A hint causes a read, which finds that the identity is gone.
  await stage.serve.send({ id, traits }, 'login');
  await goOn();
  await eventually(() => stage.row(id) === undefined);
  expect((await stage.onlyContact()).fields).toMatchObject({ Last_Name: 'Lee' });
});
