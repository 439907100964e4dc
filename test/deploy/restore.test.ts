import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, newFolder } from '../e2e/serve-process.ts';
import { aSandbox, aServe } from '../e2e/setup.ts';

test('an old backup of the store, restored: reconcile brings everybody up to date, and nobody twice', async () => {
  const sandbox = await aSandbox();
  const { control } = sandbox;
  const signUp = (name: string) => control.createIdentity({ traits: { email: `${name}@example.org`, name } });
  const first = await aServe(sandbox, { ory: true });
  const deliver = async (identity: Awaited<ReturnType<typeof signUp>>, event: string) => {
    const before = first.outcomes(identity.id).length;
    await first.send(identity, event);
    await eventually(() => first.outcomes(identity.id).length > before);
  };
  const ann = await signUp('ann');
  await deliver(ann, 'registration');
  const backup = join(newFolder(), 'backup.db');
  first.change(`VACUUM INTO '${backup}'`);

  // After the backup: a new email, a sign-up, and a webhook that nobody was there for.
  const moved = await control.updateIdentity(ann.id, {
    traits: { email: 'ann@new.example', name: 'Ann Moved' },
  });
  await deliver(moved, 'settings');
  await deliver(await signUp('bob'), 'registration');
  await first.stop();
  await signUp('eve');
  for (const file of ['store.db', 'store.db-wal', 'store.db-shm'])
    rmSync(join(first.folder, file), { force: true });
  copyFileSync(backup, first.storePath);
  first.change('UPDATE store SET served_at = served_at - 3600000');

  const second = await aServe(sandbox, { ory: true, folder: first.folder });
  await second.logged(({ msg }) => msg === 'reconcile is done');
  const contacts = await control.contacts();
  expect(contacts.map(({ fields }) => fields['Email']).toSorted()).toEqual([
    'ann@new.example',
    'bob@example.org',
    'eve@example.org',
  ]);
});
