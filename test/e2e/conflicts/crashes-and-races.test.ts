import { expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, stageWith } from './stage.ts';
import type { Stage } from './stage.ts';

const person = (email: string, first: string) => ({ email, name: { first, last: 'Lee' } });

/** The newcomer's look-up sees the old contact, but its answer arrives only after the owner has settled. */
async function lookedUpTooEarly(stage: Stage, owner: string, meanwhile: () => Promise<unknown>) {
  const { control } = stage.sandbox;
  await control.updateIdentity(owner, { traits: person('moved@example.org', 'Ann') });
  const fault = await control.addFault({ on: { operation: 'coql' }, effect: { hold: 'after_commit' } });
  const { id } = await control.createIdentity({ traits: person('ann@example.org', 'Zoe') });
  await stage.tell(id, 'registration');
  await control.waitForHeld(fault);
  await stage.tell(owner, 'settings');
  await stage.settled(owner, 2);
  await meanwhile();
  await control.removeFault(fault);
  await stage.settled(id, 1);
  return id;
}

it('an email passed on, and the owner settles between look-up and question: the newcomer gets a contact', async () => {
  const stage = await aStage({ admin: true });
  const owner = await stage.signUp(person('ann@example.org', 'Ann'));
  const id = await lookedUpTooEarly(stage, owner, async () => {});
  expect(stage.outcomes(id)).toEqual(['created']);
});

it('the same, but the owner is gone from Ory: no contact ends up with the wrong email', async () => {
  const stage = await aStage({ admin: true });
  const owner = await stage.signUp(person('ann@example.org', 'Ann'));
  const id = await lookedUpTooEarly(stage, owner, () => stage.sandbox.control.deleteIdentity(owner));
  const contact = await stage.contact(String(stage.link(id)));
  expect(contact.fields).toMatchObject({ First_Name: 'Zoe', Email: 'ann@example.org' });
});

it('killed after Zoho adopted a contact, then the email changes: still one contact', async () => {
  const stage = await aStage({});
  const { control } = stage.sandbox;
  await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'By hand' });
  const fault = await control.addFault({ on: { operation: 'update' }, effect: { hold: 'after_commit' } });
  const { id } = await control.createIdentity({ traits: person('ann@example.org', 'Ann') });
  await stage.tell(id, 'registration');
  await control.waitForHeld(fault);
  await control.updateIdentity(id, { traits: person('ann.lee@example.org', 'Ann') });
  await stage.tell(id, 'settings');
  await stage.serve.kill();
  await control.removeFault(fault);
  stage.serve.change('UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL');
  const second = await stageWith(stage.sandbox, {}, stage.serve.folder);
  await second.settled(id, 1);
  expect((await second.onlyContact()).fields).toMatchObject({
    First_Name: 'Ann',
    Email: 'ann.lee@example.org',
  });
});

it('a sign-up in doubt changes its email, another takes it, one claim delivers both: each has its own contact', async () => {
  const stage = await aStage({ admin: true });
  const { control } = stage.sandbox;
  const fault = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'after_commit' } });
  const { id } = await control.createIdentity({ traits: person('ann@example.org', 'Ann') });
  await stage.tell(id, 'registration');
  await control.waitForHeld(fault);
  await control.updateIdentity(id, { traits: person('ann.lee@example.org', 'Ann') });
  await stage.tell(id, 'settings');
  const { id: zoe } = await control.createIdentity({ traits: person('ann@example.org', 'Zoe') });
  await stage.tell(zoe, 'registration');
  await stage.serve.kill();
  await control.removeFault(fault);
  stage.serve.change('UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL');
  const second = await stageWith(stage.sandbox, { admin: true }, stage.serve.folder);
  await second.settled(id, 1);
  await second.settled(zoe, 1);
  await eventually(() => second.row(zoe) === undefined || second.row(zoe)?.['state'] === 'failed');
  const shown = (await second.contacts()).map(({ fields }) => [fields['First_Name'], fields['Email']]).sort();
  expect(shown).toEqual([
    ['Ann', 'ann.lee@example.org'],
    ['Zoe', 'ann@example.org'],
  ]);
});
