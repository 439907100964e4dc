import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const OLD = { oryVersion: 'v1.3.1' };
const WEBHOOKS_ONLY = { ory: false };
const NO_SCANS = { ory: true, variables: { RECONCILE_INTERVAL: '0' } };
const OFTEN = { ory: true, variables: { RECONCILE_INTERVAL: '1s' } };

const named = (name: string) => ({ traits: { email: 'ann@example.org', name } });

type Webhook = Awaited<ReturnType<Sandbox['control']['createIdentity']>>;

/** Sends a webhook and waits until it is delivered. */
async function deliver(serve: ServeProcess, identity: Webhook, event: string): Promise<string | undefined> {
  const before = serve.outcomes(identity.id).length;
  await serve.send(identity, event);
  return eventually(() => serve.outcomes(identity.id)[before]);
}

async function shown(sandbox: Sandbox, field: string): Promise<unknown> {
  const contacts = await sandbox.control.contacts();
  expect(contacts).toHaveLength(1);
  return contacts[0]?.fields[field];
}

describe('Ory Kratos 1.3.1, where updated_at never changes', () => {
  it.each([
    ['without the admin API', WEBHOOKS_ONLY],
    ['with it', NO_SCANS],
  ])('a new email after a verified one reaches the contact, %s', async (_how, options) => {
    const sandbox = await aSandbox(OLD);
    const { control } = sandbox;
    const serve = await aServe(sandbox, options);
    const ann = await control.createIdentity(named('Ann'));
    await deliver(serve, ann, 'registration');
    await deliver(serve, await control.verifyIdentity(ann.id), 'verification');
    const moved = await control.updateIdentity(ann.id, { traits: { email: 'ann@new.example', name: 'Ann' } });
    expect(moved['updated_at']).toBe(ann['updated_at']);
    expect(await deliver(serve, moved, 'settings')).toBe('updated');
    expect(await shown(sandbox, 'Email')).toBe('ann@new.example');
  });

  it('a new email reaches the contact while the verified one still waits', async () => {
    const sandbox = await aSandbox(OLD);
    const { control } = sandbox;
    const serve = await aServe(sandbox);
    await sandbox.control.setDown(true);
    const ann = await control.createIdentity(named('Ann'));
    await serve.send(ann, 'registration');
    await serve.send(await control.verifyIdentity(ann.id), 'verification');
    const moved = await control.updateIdentity(ann.id, { traits: { email: 'ann@new.example', name: 'Ann' } });
    await serve.send(moved, 'settings');
    await sandbox.control.setDown(false);
    await eventually(() => serve.outcomes(ann.id).length > 0);
    expect(await shown(sandbox, 'Email')).toBe('ann@new.example');
  });

  it('a repeated webhook from before the last change does not restore the old name', async () => {
    const sandbox = await aSandbox(OLD);
    const { control } = sandbox;
    const serve = await aServe(sandbox, NO_SCANS);
    const ann = await control.createIdentity(named('One'));
    await deliver(serve, ann, 'registration');
    await deliver(serve, await control.updateIdentity(ann.id, named('Two')), 'settings');
    expect(await shown(sandbox, 'Last_Name')).toBe('Two');
    await deliver(serve, ann, 'registration');
    expect(await shown(sandbox, 'Last_Name')).toBe('Two');
  });

  it('a late verification of a replaced email does not restore it either', async () => {
    const sandbox = await aSandbox(OLD);
    const { control } = sandbox;
    const serve = await aServe(sandbox, NO_SCANS);
    const ann = await control.createIdentity(named('Ann'));
    await deliver(serve, ann, 'registration');
    const verified = await control.verifyIdentity(ann.id);
    const moved = await control.updateIdentity(ann.id, { traits: { email: 'ann@new.example', name: 'Ann' } });
    await deliver(serve, moved, 'settings');
    await deliver(serve, verified, 'verification');
    expect(await shown(sandbox, 'Email')).toBe('ann@new.example');
  });

  it("reconcile finds an administrator's change, and then nothing more", async () => {
    const sandbox = await aSandbox(OLD);
    const { control } = sandbox;
    const serve = await aServe(sandbox, OFTEN);
    const ann = await control.createIdentity(named('Ann'));
    await deliver(serve, ann, 'registration');
    await control.updateIdentity(ann.id, named('Changed'));
    await eventually(async () => (await shown(sandbox, 'Last_Name')) === 'Changed');
    await control.updateIdentity(ann.id, { metadata_public: { plan: 'pro' } });
    // The first reconcile puts it in once more, the second meets nothing new.
    const done = () => serve.log.filter(({ msg }) => msg === 'reconcile is done').length;
    const before = done();
    await eventually(() => done() >= before + 3);
    const { outcome, content_hash } = serve.rows('SELECT outcome, content_hash FROM ledger')[0] ?? {};
    expect([outcome, typeof content_hash]).toEqual(['unchanged', 'string']);
    expect(serve.outcomes(ann.id)).toEqual(['created', 'updated', 'unchanged']);
  });

  it('backfill and its forecast find what has changed, and nothing else is written', async () => {
    const sandbox = await aSandbox({ ...OLD, identities: 200 });
    const { folder, backfill } = await runBackfill(sandbox);
    const [row] = backfill.rows('SELECT identity_id FROM ledger');
    const id = z.string().parse(row?.['identity_id']);
    const before = await sandbox.control.identity(id);
    const traits = z.record(z.string(), z.json()).parse(before?.['traits']);
    await sandbox.control.updateIdentity(id, { traits: { ...traits, name: { last: 'Changed' } } });
    const forecast = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(forecast.last).toMatchObject({ read: 200, updated: 1, unchanged: 199 });
    const { last } = await runBackfill(sandbox, [], { folder });
    expect(last).toMatchObject({ read: 200, updated: 1, unchanged: 199 });
    const again = await runBackfill(sandbox, [], { folder });
    expect(again.last).toMatchObject({ read: 200, updated: 0, unchanged: 200 });
  });

  it.each([[[]], [['--dry-run']]])(
    'backfill --since %j is refused, because it would miss every change',
    async (more) => {
      const sandbox = await aSandbox(OLD);
      const folder = newFolder();
      const variables = connectionTo(sandbox, folder);
      const args = ['backfill', '--since', '2026-11-24', ...more];
      const { code, stderr } = await runCommand(args, { folder, variables });
      expect(code).toBe(2);
      expect(stderr).toContain('Ory Kratos v1.3.1 does not change updated_at');
      expect(stderr).toContain('Run it without --since');
      expect(await sandbox.control.requests('upsert')).toEqual([]);
    },
  );

  it.each([['v25.4.0'], ['v26.2.0'], ['master'], [undefined]])(
    'backfill --since works with version %s',
    async (oryVersion) => {
      const sandbox = await aSandbox({ ...(oryVersion !== undefined && { oryVersion }), identities: 3 });
      const { code, last } = await runBackfill(sandbox, ['--since', '2026-11-24']);
      expect([code, last?.['event']]).toEqual([0, 'done']);
    },
  );

  it('doctor shows the version, and what does not work with it', async () => {
    const old = await diagnose(await aSandbox(OLD));
    expect(old.of('ory')).toEqual([
      expect.stringMatching(/^ok .*Ory Kratos v1\.3\.1: updated_at never changes there .*--since is refused/),
    ]);
    const recent = await diagnose(await aSandbox({ oryVersion: 'v26.2.0' }));
    expect(recent.of('ory')).toEqual([expect.stringMatching(/^ok .*; Ory Kratos v26\.2\.0$/)]);
    const network = await diagnose(await aSandbox());
    expect(network.of('ory')).toEqual([expect.not.stringContaining('Kratos')]);
    const webhooksOnly = await diagnose(await aSandbox(OLD), { variables: { ORY_ADMIN_URL: undefined } });
    expect(webhooksOnly.of('ory')).toEqual([
      expect.stringContaining('Ory Kratos 1.0 to 1.3.1, the order of two changes is not certain'),
    ]);
  });
});

describe('webhooks in the order of their arrival, without the admin API', () => {
  it('with equal updated_at the later one wins, an older one is dropped, fractions count', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await sandbox.control.createIdentity(named('Zero'));
    const webhooks = [
      { updated_at: '2026-03-01T10:00:00Z', name: 'One', shown: 'One' },
      { updated_at: '2026-03-01T10:00:00Z', name: 'Two', shown: 'Two' },
      { updated_at: '2026-03-01T11:00:00+02:00', name: 'Three', shown: 'Two' },
      { updated_at: '2026-03-01T10:00:00.5Z', name: 'Four', shown: 'Four' },
    ];
    for (const { updated_at, name, shown: expected } of webhooks) {
      await serve.send({ ...ann, ...named(name), updated_at }, 'settings');
      await eventually(() => serve.rows('SELECT 1 FROM outbox').length === 0);
      expect(await shown(sandbox, 'Last_Name')).toBe(expected);
    }
  });
});
