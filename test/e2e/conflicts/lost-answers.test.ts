import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aStage, CONNECTIONS, ORY_ID, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const ann = (first: string, email = 'ann@example.org') => ({ email, name: { first, last: 'Lee' } });

/**
 * serve is killed after Zoho committed a call but before it answered. Then the dead process's lease runs out.
 */
async function killDuring(stage: Stage, operation: 'upsert' | 'update', meanwhile: () => Promise<void>) {
  const { control } = stage.sandbox;
  const fault = await control.addFault({ on: { operation }, effect: { hold: 'after_commit' } });
  await meanwhile();
  await control.waitForHeld(fault);
  return async (setting: Setting) => {
    await stage.serve.kill();
    await control.removeFault(fault);
    stage.serve.change('UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL');
    return stageWith(stage.sandbox, setting, stage.serve.folder);
  };
}

describe.each(CONNECTIONS)('killed after Zoho made the contact, %s', (_how, setting) => {
  it('the email changed meanwhile: no second contact is created', async () => {
    const stage = await aStage(setting);
    const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
    const restart = await killDuring(stage, 'upsert', () => stage.tell(id, 'registration'));
    await stage.sandbox.control.updateIdentity(id, { traits: ann('Ann', 'ann.lee@example.org') });
    await stage.tell(id, 'settings');
    const second = await restart(setting);
    await second.settled(id, 1);
    expect(second.outcomes(id)).toEqual(['updated']);
    const contact = await second.onlyContact();
    expect(contact.fields).toMatchObject({
      Email: 'ann.lee@example.org',
      ...(setting.oryId && { [ORY_ID]: id }),
    });
    expect(second.link(id)).toBe(contact.id);
    await second.staysQuiet(id);
  });

  it('the email changed and changed back: nothing of the change is left', async () => {
    const stage = await aStage(setting);
    const id = await stage.signUp(ann('Ann'));
    const { control } = stage.sandbox;
    await control.updateIdentity(id, { traits: ann('Ann', 'typo@example.org') });
    const restart = await killDuring(stage, 'update', () => stage.tell(id, 'settings'));
    await control.updateIdentity(id, { traits: ann('Ann') });
    await stage.tell(id, 'settings');
    const second = await restart(setting);
    await second.settled(id, 1);
    expect((await second.onlyContact()).fields).toMatchObject({ Email: 'ann@example.org' });
    await second.staysQuiet(id);
  });

  it('sales deleted it meanwhile: it is created again', async () => {
    const stage = await aStage(setting);
    const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
    const restart = await killDuring(stage, 'upsert', () => stage.tell(id, 'registration'));
    await stage.sandbox.control.deleteContact((await stage.onlyContact()).id);
    const second = await restart(setting);
    await second.settled(id, 1);
    const contact = await second.onlyContact();
    expect(contact.fields).toMatchObject({ Email: 'ann@example.org' });
    expect(second.link(id)).toBe(contact.id);
    await second.staysQuiet(id);
  });
});

it('killed after Zoho made the contact, then the email changes to one sales has: we keep our contact', async () => {
  const stage = await aStage({ mapping: 'adopt: fill\nfields:\n  Email: email\n  Last_Name: last_name\n' });
  const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
  const restart = await killDuring(stage, 'upsert', () => stage.tell(id, 'registration'));
  const made = (await stage.onlyContact()).id;
  const byHand = await stage.salesMakes({ Email: 'ann.lee@example.org', Last_Name: 'By hand' });
  await stage.sandbox.control.updateIdentity(id, { traits: ann('Ann', 'ann.lee@example.org') });
  await stage.tell(id, 'settings');
  const second = await restart({});
  await second.settled(id, 1);
  expect(second.link(id)).toBe(made);
  expect((await second.contact(made)).fields).toMatchObject({ Email: 'ann.lee@example.org' });
  expect(await second.contact(byHand)).toMatchObject({ writes: 1 });
});

it('killed after Zoho made the contact, then deleted and signed up again: the newcomer has the only contact', async () => {
  const setting = { oryId: true, admin: true };
  const stage = await aStage(setting);
  const { control } = stage.sandbox;
  const { id: old } = await control.createIdentity({ traits: ann('Ann') });
  const restart = await killDuring(stage, 'upsert', () => stage.tell(old, 'registration'));
  const second = await restart(setting);
  await control.deleteIdentity(old);
  const again = await second.signUp(ann('Anna'));
  expect(second.outcomes(again)).toEqual(['updated']);
  expect(await second.onlyContact()).toMatchObject({ fields: { First_Name: 'Anna', [ORY_ID]: again } });
  await second.staysQuiet(again);
});

describe('a webhook that arrives late or repeatedly', () => {
  it('three at once for one sign-up create one contact', async () => {
    const stage = await aStage();
    const { id } = await stage.sandbox.control.createIdentity({ traits: ann('Ann') });
    await Promise.all([1, 2, 3].map(() => stage.tell(id, 'registration')));
    await stage.settled(id, 1);
    await stage.staysQuiet(id);
    expect(await stage.onlyContact()).toMatchObject({ writes: 1 });
  });

  it('a retry of the sign-up, after the email was changed and passed on, reverts nothing', async () => {
    const stage = await aStage();
    const id = await stage.signUp(ann('Ann'));
    const signUp = await stage.identity(id);
    await stage.change(id, ann('Ann', 'ann.lee@example.org'));
    const zoe = await stage.signUp(ann('Zoe'));
    const before = await stage.contacts();
    await stage.serve.send(signUp, 'registration');
    expect(stage.row(id)).toBeUndefined();
    expect(stage.serve.log.filter(({ msg }) => msg === 'put').at(-1)).toMatchObject({ result: 'older' });
    await stage.staysQuiet(id);
    await stage.staysQuiet(zoe);
    expect(await stage.contacts()).toEqual(before);
  });

  it('does not bring back a contact that sales deleted', async () => {
    const stage = await aStage();
    const id = await stage.signUp(ann('Ann'));
    const signUp = await stage.identity(id);
    await stage.change(id, ann('Anna'));
    await stage.sandbox.control.deleteContact((await stage.onlyContact()).id);
    await stage.serve.send(signUp, 'registration');
    await stage.staysQuiet(id);
    expect(await stage.contacts()).toEqual([]);
  });

  it('after a refusal: the old webhook does not revive the failed row', async () => {
    const stage = await aStage();
    const id = await stage.signUp(ann('Ann'));
    const signUp = await stage.identity(id);
    await stage.change(id, ann('Ann', 'ann@localhost'));
    expect(stage.outcomes(id)).toEqual(['created', 'failed zoho_invalid_data']);
    await stage.serve.send(signUp, 'registration');
    expect(stage.row(id)).toMatchObject({ state: 'failed' });
    expect((await stage.onlyContact()).fields).toMatchObject({ Email: 'ann@example.org' });
    await stage.change(id, ann('Ann', 'ann.lee@example.org'));
    await eventually(() => stage.row(id) === undefined);
    expect((await stage.onlyContact()).fields).toMatchObject({ Email: 'ann.lee@example.org' });
  });
});
