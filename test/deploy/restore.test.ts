import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { IdentityJson } from '../../src/sandbox/control/control.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { runBackfill } from '../e2e/processes/backfill-process.ts';
import { connectionTo, runCommand } from '../e2e/processes/command.ts';
import { eventually, newFolder } from '../e2e/processes/serve-process.ts';
import type { ServeProcess } from '../e2e/processes/serve-process.ts';
import { aSandbox, aServe } from '../e2e/processes/setup.ts';

/** Replaces serve's store by the backup, and sets its last heartbeat to this many minutes ago. */
function restore(serve: ServeProcess, backup: string, minutes: number): void {
  for (const file of ['store.db', 'store.db-wal', 'store.db-shm'])
    rmSync(join(serve.folder, file), { force: true });
  copyFileSync(backup, serve.storePath);
  serve.change(`UPDATE store SET served_at = served_at - ${minutes * 60_000}`);
}

async function emails(sandbox: Sandbox): Promise<unknown[]> {
  return (await sandbox.control.contacts()).map(({ fields }) => fields['Email']).toSorted();
}

test('after an old backup of the store is restored, reconcile updates every contact and creates none twice', async () => {
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

  // After the backup: a new email, a sign-up, and a webhook that arrived while no serve ran.
  const moved = await control.updateIdentity(ann.id, {
    traits: { email: 'ann@new.example', name: 'Ann Moved' },
  });
  await deliver(moved, 'settings');
  await deliver(await signUp('bob'), 'registration');
  await first.stop();
  await signUp('eve');
  restore(first, backup, 60);

  const second = await aServe(sandbox, { ory: true, folder: first.folder });
  await second.logged(({ msg }) => msg === 'reconcile is done');
  expect(await emails(sandbox)).toEqual(['ann@new.example', 'bob@example.org', 'eve@example.org']);
});

describe('identities that waited in the backup and have changed their email since (rule 27)', () => {
  const NAMES = ['ann', 'bob', 'eve'];
  const NEW = NAMES.map((name) => `${name}@new.example`);
  // A scan must not hide what delivery does.
  const NO_SCANS = { ory: true, variables: { RECONCILE_INTERVAL: '0' } };

  /** @returns a stopped serve and a backup in which all of them wait under their old emails */
  async function backupWithWaiting(sandbox: Sandbox, options = NO_SCANS) {
    const { control } = sandbox;
    const serve = await aServe(sandbox, options);
    await control.setDown(true);
    const people: IdentityJson[] = [];
    for (const name of NAMES) {
      const person = await control.createIdentity({ traits: { email: `${name}@example.org`, name } });
      people.push(person);
      await serve.send(person, 'registration');
    }
    const backup = join(newFolder(), 'backup.db');
    serve.change(`VACUUM INTO '${backup}'`);
    await control.setDown(false);
    await eventually(() => people.every(({ id }) => serve.outcomes(id).length === 1));
    for (const [index, { id }] of people.entries()) {
      const traits = { email: NEW[index] ?? '', name: NAMES[index] ?? '' };
      await serve.send(await control.updateIdentity(id, { traits }), 'settings');
      await eventually(() => serve.outcomes(id).length === 2);
    }
    await serve.stop();
    expect(await emails(sandbox)).toEqual(NEW);
    return { serve, backup, people };
  }

  test('serve reads them from Ory first, and creates no second contact', async () => {
    const sandbox = await aSandbox();
    const { serve, backup, people } = await backupWithWaiting(sandbox);
    restore(serve, backup, 16);
    const second = await aServe(sandbox, { ...NO_SCANS, folder: serve.folder });
    await eventually(() => people.every(({ id }) => second.outcomes(id).length > 0));
    expect(await emails(sandbox)).toEqual(NEW);
  });

  test('so does a backfill that runs before serve', async () => {
    const sandbox = await aSandbox();
    const { serve, backup } = await backupWithWaiting(sandbox);
    restore(serve, backup, 16);
    // The backfill's own reads wait, so that it delivers the rows of the backup meanwhile.
    const list = { operation: 'ory_list', containing: 'page_size=500&consistency=strong\n' } as const;
    await sandbox.control.addFault({ on: list, effect: { latencyMs: 2_000 } });
    const { code } = await runBackfill(sandbox, [], { folder: serve.folder });
    expect([code, await emails(sandbox)]).toEqual([0, NEW]);
  });

  test('they wait while Ory cannot be reached', async () => {
    const sandbox = await aSandbox();
    const { serve, backup, people } = await backupWithWaiting(sandbox);
    restore(serve, backup, 16);
    const effect = { status: 503, body: '{}', headers: { 'retry-after': '1' } };
    const fault = await sandbox.control.addFault({ on: { operation: 'ory_list' }, times: 'always', effect });
    const second = await aServe(sandbox, { ...NO_SCANS, folder: serve.folder });
    await second.logged(({ msg }) => msg.includes('reads from Ory'));
    expect(await emails(sandbox)).toEqual(NEW);
    await sandbox.control.removeFault(fault);
    await eventually(() => people.every(({ id }) => second.outcomes(id).length > 0));
    expect(await emails(sandbox)).toEqual(NEW);
  });

  test('one that had failed is read first too, when it is tried again', async () => {
    const sandbox = await aSandbox();
    const { serve, backup, people } = await backupWithWaiting(sandbox);
    restore(serve, backup, 16);
    serve.change("UPDATE outbox SET state = 'failed', reason = 'zoho_error', failed_at = put_at");
    const second = await aServe(sandbox, { ...NO_SCANS, folder: serve.folder });
    const { folder } = second;
    const variables = connectionTo(sandbox, folder);
    const { code, stderr } = await runCommand(['failed', 'retry', '--all'], { folder, variables });
    expect(code, stderr).toBe(0);
    await eventually(() => people.every(({ id }) => second.outcomes(id).length > 0));
    expect(await emails(sandbox)).toEqual(NEW);
  });

  test('after a short restart nothing is read', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox, NO_SCANS);
    await sandbox.control.setDown(true);
    const ann = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org', name: 'ann' } });
    await first.send(ann, 'registration');
    await first.stop();
    first.change('UPDATE store SET served_at = served_at - 600000');
    const second = await aServe(sandbox, { ...NO_SCANS, folder: first.folder });
    expect(second.rows('SELECT read_first FROM outbox')).toEqual([{ read_first: 0 }]);
  });
});
