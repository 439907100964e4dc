/** Corner cases of rules 10, 11, 13 and 21 found in a review: endless waits, loops and misplaced values. */
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { aStage, NO_COQL, ORY_ID, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';
import { MAPPING, person } from './two-in-doubt.ts';

const PHONE = { phone: '+491701234567' };

const create = async (stage: Stage, traits: JsonObject) =>
  (await stage.sandbox.control.createIdentity({ traits })).id;

/** Zoho carries out the next call but its answer is lost. `meanwhile` happens before the retry. */
async function loseAnswer(
  stage: Stage,
  operation: 'upsert' | 'update',
  begin: () => Promise<void>,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const { control } = stage.sandbox;
  const held = await control.addFault({ on: { operation }, effect: { hold: 'after_commit' } });
  await begin();
  await control.waitForHeld(held);
  const away = await control.addFault({ times: 'always', effect: { cut: 'before_commit' } });
  await meanwhile();
  await control.cut(held);
  await control.removeFault(away);
}

it.each<[string, Setting]>([
  ['without the admin API', {}],
  ['with it', { admin: true }],
  ['with it and the Ory-id field', { admin: true, oryId: true }],
])(
  'a salesperson typed the email into two linked contacts: the newcomer gets its own, %s',
  async (_how, setting) => {
    const stage = await aStage({ mapping: MAPPING, ...setting });
    for (const name of ['Ann', 'Dan']) {
      const id = await stage.signUp(person(name, `${name}@example.org`));
      await stage.salesEdits(String(stage.link(id)), { Email: 'bob@example.org' });
    }
    const bob = await stage.signUp(person('Bob', 'bob@example.org'));
    expect(stage.outcomes(bob)).toEqual(['created']);
  },
);

it('without COQL one record whose repeated call always fails does not stop the others', async () => {
  const stage = await aStage({ mapping: MAPPING, ...NO_COQL });
  await stage.signUp(person('Zoe', 'zoe@example.org'));
  await stage.sandbox.control.addFault({
    on: { operation: 'upsert', containing: 'one@example.org' },
    times: 'always',
    effect: { statusAfterCommit: 500 },
  });
  const bob = await create(stage, person('Bob', 'one@example.org'));
  await stage.tell(bob, 'registration');
  await eventually(() => String(stage.row(bob)?.['marks']).includes('one@'));
  for (const name of ['Cid', 'Dan', 'Eva', 'Fay']) {
    const id = await stage.signUp(person(name, `${name.toLowerCase()}@example.org`));
    expect(stage.outcomes(id)).toEqual(['created']);
  }
  expect(stage.row(bob)).toMatchObject({ state: 'waiting' });
});

it('without COQL an erasure of an identity without an email does not claim that nothing is left', async () => {
  const stage = await aStage({ mapping: MAPPING, admin: true, oryId: true, ...NO_COQL });
  const bob = await create(stage, { name: { first: 'Bob', last: 'Bobson' }, ...PHONE });
  let erased: ReturnType<typeof runCommand> | undefined;
  await loseAnswer(
    stage,
    'upsert',
    () => stage.tell(bob, 'registration'),
    async () => {
      const { folder } = stage.serve;
      const variables = { ...connectionTo(stage.sandbox, folder), ORY_ID_FIELD: ORY_ID };
      erased = runCommand(['erase', bob, '--yes', '--json'], { folder, variables });
      await eventually(() => stage.row(bob)?.['kind'] === 'erase');
    },
  );
  expect((await erased)?.code).toBe(1);
  expect(stage.row(bob)).toMatchObject({ kind: 'erase', state: 'failed' });
});

it('adopt: fill: the email of the contact follows when the identity changes it while the adoption is in doubt', async () => {
  const stage = await aStage({ mapping: `adopt: fill\n${MAPPING}` });
  await stage.salesMakes({ Email: 'one@example.org', Last_Name: 'Lee' });
  const bob = await create(stage, person('Bob', 'one@example.org', PHONE));
  await loseAnswer(
    stage,
    'update',
    () => stage.tell(bob, 'registration'),
    async () => {
      await stage.sandbox.control.updateIdentity(bob, { traits: person('Bob', 'two@example.org', PHONE) });
      await stage.tell(bob, 'settings');
    },
  );
  await eventually(() => stage.row(bob) === undefined);
  expect((await stage.onlyContact()).fields).toMatchObject({ Email: 'two@example.org', Last_Name: 'Lee' });
});

it('rule 13: a record that is locked for more than 7 days fails, also while its doubt is settled', async () => {
  const stage = await aStage({ mapping: MAPPING, ...NO_COQL });
  const contact = await stage.salesMakes({ Email: 'one@example.org', Last_Name: 'Lee' });
  const bob = await create(stage, person('Bob', 'one@example.org', PHONE));
  await loseAnswer(
    stage,
    'upsert',
    () => stage.tell(bob, 'registration'),
    async () => {
      await stage.sandbox.control.setRecordState(contact, 'locked');
    },
  );
  await eventually(() => stage.row(bob)?.['reason'] === 'zoho_record_locked');
  stage.serve.change('UPDATE outbox SET later_since = later_since - 700000000, due_at = 0');
  await eventually(() => stage.row(bob)?.['state'] === 'failed');
});

it('a failed row in doubt cannot be discarded until the outcome of its call is known', async () => {
  const stage = await aStage({ mapping: MAPPING });
  const { control } = stage.sandbox;
  const bob = await create(stage, person('Bob', 'one@example.org', PHONE));
  const held = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'after_commit' } });
  await stage.tell(bob, 'registration');
  await control.waitForHeld(held);
  await stage.serve.kill();
  await control.removeFault(held);
  stage.serve.change(
    `UPDATE outbox SET lease_until = NULL, lease_token = NULL, state = 'failed', reason = 'zoho_error', failed_at = put_at`,
  );
  const { folder } = stage.serve;
  const run = { folder, variables: connectionTo(stage.sandbox, folder) };
  const discarded = await runCommand(['failed', 'discard', bob, '--yes'], run);
  expect(discarded).toMatchObject({ stdout: 'Discarded 0.\n' });
  expect(discarded.stderr).toContain('had no answer');
  // The next serve finds out although the row stays failed. Then it can be discarded.
  const second = await stageWith(stage.sandbox, { mapping: MAPPING }, folder);
  await eventually(() => (second.link(bob) === undefined ? undefined : second.link(bob)));
  expect(second.row(bob)).toMatchObject({ state: 'failed' });
  expect(await runCommand(['failed', 'discard', bob, '--yes'], run)).toMatchObject({
    stdout: 'Discarded 1.\n',
  });
  expect((await second.contact(String(second.link(bob)))).fields).toMatchObject({ First_Name: 'Bob' });
});
