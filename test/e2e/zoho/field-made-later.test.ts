import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const FIELDS = [
  { apiName: 'Ory_Identity_ID', dataType: 'text', length: 40 },
  { apiName: 'Nickname', dataType: 'text', length: 5 },
] as const;
const ORY_ID_FIELD = 'Ory_Identity_ID';

it('a field changed in Zoho is known to the next sync and the next serve, whatever the store has of it', async () => {
  const sandbox = await aSandbox({ fields: [...FIELDS] });
  const folder = newFolder();
  writeFileSync(
    `${folder}/ory-zoho.mapping.yaml`,
    'fields: { Email: email, Last_Name: last_name, Nickname: traits.nickname }',
  );
  const first = await aServe(sandbox, { folder });
  const traits = { email: 'ann@example.org', name: 'Ann', nickname: 'Annabel' };
  const ann = await sandbox.control.createIdentity({ traits });
  await first.send(ann, 'registration');
  await eventually(() => first.outcomes(ann.id).includes('created'));
  await first.stop();
  expect((await sandbox.control.contacts())[0]?.fields['Nickname']).toBe('Annab');

  await sandbox.control.changeField('Contacts', 'Nickname', { length: 50 });
  await sandbox.control.changeField('Contacts', ORY_ID_FIELD, { unique: { caseSensitive: false } });
  const dry = await sync(sandbox, ['--id', ann.id, '--dry-run'], { folder });
  expect(dry.first).toMatchObject({ fields: ['Nickname'], incomplete: [] });
  const synced = await sync(sandbox, ['--id', ann.id], { folder });
  expect(synced.first).toMatchObject({ action: 'updated', fields: ['Nickname'], incomplete: [] });
  expect((await sandbox.control.contacts())[0]?.fields['Nickname']).toBe('Annabel');

  const again = await aServe(sandbox, { folder, variables: { ORY_ID_FIELD } });
  const bob = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org', name: 'Bob' } });
  await again.send(bob, 'registration');
  await eventually(() => again.outcomes(bob.id).includes('created'));
  expect(again.log.filter((line) => line['reason'] === 'ory_id_field')).toEqual([]);
});
