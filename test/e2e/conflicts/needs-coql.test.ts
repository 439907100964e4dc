import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually } from '../processes/serve-process.ts';
import { aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';
import { aStage, NO_COQL, ORY_ID, Stage } from './stage.ts';
import type { Setting } from './stage.ts';

const FIELDS = 'fields: { Email: email, First_Name: first_name, Last_Name: last_name }\n';
const FILL = `adopt: fill\n${FIELDS}`;
const BOB = { email: 'bob@example.org', name: { first: 'Bob', last: 'Brown' } };
const NEWCOMERS = ['ann@example.org', 'carl@example.org', 'dora@example.org'];

const MINUTE = 60_000;
const dueIn = z.object({ due: z.number() });

/**
 * An earlier mapping without `fill` linked Bob. Now the mapping says `fill`, but look-ups are not allowed.
 */
async function aStageThatMayNotLook(setting: Setting = {}): Promise<{ stage: Stage; bob: string }> {
  const first = await aStage({ ...NO_COQL, admin: true, mapping: FIELDS, ...setting });
  const bob = await first.signUp(BOB);
  const { sandbox, serve } = first;
  const { folder } = serve;
  await serve.stop();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), FILL);
  writeFileSync(join(folder, '.env'), `ZOHO_REFRESH_TOKEN=${sandbox.zoho.refreshToken}\n`);
  const variables = setting.oryId ? { ORY_ID_FIELD: ORY_ID } : {};
  const through = ['env', '-u', 'ZOHO_REFRESH_TOKEN'];
  const stage = new Stage(sandbox, await aServe(sandbox, { folder, ory: true, variables, through }));
  return { stage, bob };
}

async function signUpAndWait(stage: Stage, email: string): Promise<string> {
  const { id } = await stage.sandbox.control.createIdentity({
    traits: { email, name: { first: 'New', last: 'Comer' } },
  });
  await stage.tell(id, 'registration');
  await eventually(() => stage.row(id)?.['waits_reason'] === 'needs_coql');
  return id;
}

function msUntilDue(stage: Stage, id: string): number {
  const [row] = stage.serve.rows(
    "SELECT due_at - CAST(unixepoch('subsec') * 1000 AS INTEGER) AS due FROM outbox WHERE identity_id = ?",
    id,
  );
  return dueIn.parse(row).due;
}

async function statusOf(stage: Stage, ...args: string[]) {
  const { folder } = stage.serve;
  return runCommand(['status', ...args], { folder, variables: connectionTo(stage.sandbox, folder) });
}

/** Does what `ory-zoho init` does when it connects again with all scopes while serve runs. */
async function grantAll({ sandbox, serve }: Stage): Promise<void> {
  const token = await sandbox.control.issueRefreshToken([...DEFAULT_SCOPES]);
  writeFileSync(join(serve.folder, '.env'), `ZOHO_REFRESH_TOKEN=${token}\n`);
}

describe.each<[string, Setting]>([
  ['without the Ory-id field', {}],
  ['with the Ory-id field', { oryId: true }],
])('adopt: fill without the COQL scope, %s', (_how, setting) => {
  it('makes newcomers wait, and delivers all of them once one look-up works', async () => {
    const { stage, bob } = await aStageThatMayNotLook(setting);
    const bobs = stage.link(bob);
    await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Lee' });
    const ids = [];
    for (const email of NEWCOMERS) ids.push(await signUpAndWait(stage, email));
    await stage.change(bob, { ...BOB, name: { first: 'Bobby', last: 'Brown' } });
    // A restart may take so long that a reconcile reads him first.
    expect(stage.outcomes(bob).at(-1)).toBe('updated');
    expect(stage.link(bob)).toBe(bobs);
    expect(ids.flatMap((id) => stage.outcomes(id))).toEqual([]);
    expect((await stage.contacts()).map(({ fields }) => fields['Last_Name']).sort()).toEqual([
      'Brown',
      'Lee',
    ]);

    // One row looks each minute while the others rest, so a thousand waiting rows cost no more calls than
    // one.
    const due = ids.map((id) => msUntilDue(stage, id)).sort((left, right) => left - right);
    expect(due.filter((ms) => ms <= MINUTE)).toHaveLength(1);
    await grantAll(stage);
    const [scout = ''] = ids.filter((id) => msUntilDue(stage, id) <= MINUTE);
    stage.hurry(scout);
    for (const id of ids) await stage.settled(id, 1);
    expect(ids.map((id) => stage.outcomes(id)[0])).toEqual(['updated', 'created', 'created']);
    const [ann] = (await stage.contacts()).filter(({ fields }) => fields['Email'] === 'ann@example.org');
    expect(ann?.fields).toMatchObject({
      First_Name: 'New',
      Last_Name: 'Lee',
      ...(setting.oryId && { [ORY_ID]: ids[0] }),
    });
    expect((await statusOf(stage)).code).toBe(0);
  });
});

describe('newcomers that wait for the COQL scope', () => {
  it('are reported by status, which exits 4, by doctor and in the log', async () => {
    const { stage } = await aStageThatMayNotLook();
    await signUpAndWait(stage, 'ann@example.org');
    const text = await statusOf(stage);
    expect(text.code).toBe(4);
    expect(text.stdout).toMatch(/1 identity waits: needs_coql[\s\S]*ory-zoho init/);
    const json = await statusOf(stage, '--json');
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({
      waits: [{ reason: 'needs_coql', count: 1 }],
      connection: { state: 'ok' },
      failed: [],
    });
    const { findings } = await diagnose(stage.sandbox, { folder: stage.serve.folder });
    const named = findings.filter(({ detail }) => detail.includes('needs_coql'));
    expect(named).toMatchObject([
      { check: 'scopes', state: 'fail', detail: expect.stringMatching(/adopt: fill/) },
      { check: 'outbox', state: 'fail', fix: expect.stringContaining('ory-zoho init') },
    ]);
    await stage.serve.logged(({ msg }) => msg.includes('needs_coql'));
  });

  it('are queued at once by sync, and put aside by backfill, which ends', async () => {
    const { stage } = await aStageThatMayNotLook();
    await stage.serve.stop();
    const { folder } = stage.serve;
    await stage.sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    const { first, code } = await sync(stage.sandbox, ['ann@example.org', '--wait', '600'], {
      folder,
    });
    expect(first).toMatchObject({ action: 'queued', reason: 'needs_coql', contact_id: null });
    expect(first?.message).toMatch(/ZohoCRM\.coql\.READ[\s\S]*ory-zoho init/);
    expect(code).toBe(1);
    const foretold = await sync(stage.sandbox, ['ann@example.org', '--dry-run'], { folder });
    expect(foretold.first).toMatchObject({ action: 'queued', reason: 'needs_coql' });

    const { last, code: ended } = await runBackfill(stage.sandbox, [], { folder });
    expect(last).toMatchObject({ event: 'done', waiting: 1, needs_coql: 1, failed: 0 });
    expect(ended).toBe(3);
  });
});
