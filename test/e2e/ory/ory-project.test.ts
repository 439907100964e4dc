import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { told } from '../../circumstances.ts';
import { BackfillProcess, runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const EMAIL = 't@example.org';

async function signUp(sandbox: Sandbox, serve: ServeProcess, first: string, email = EMAIL) {
  const traits = { email, name: { first, last: 'One' } };
  const identity = await sandbox.control.createIdentity({ traits });
  await serve.send(identity, 'registration');
  return identity;
}

async function contacts(sandbox: Sandbox): Promise<unknown[]> {
  return (await sandbox.control.contacts()).map(({ fields }) => [fields['Email'], fields['First_Name']]);
}

async function statusOf(sandbox: Sandbox, folder: string, variables: Record<string, string> = {}) {
  const all = { ...connectionTo(sandbox, folder), ...variables };
  const { stdout } = await runCommand(['status', '--json'], { folder, variables: all });
  const text = await runCommand(['status'], { folder, variables: all });
  return { report: JSON.parse(stdout), text: text.stdout };
}

describe('one test account on a new store: sign up, delete it in Ory, sign up again', () => {
  it('the second sign-up has the contact', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const first = await signUp(sandbox, serve, 'Try');
    await eventually(() => serve.outcomes(first.id).length > 0);
    await sandbox.control.deleteIdentity(first.id);
    const second = await signUp(sandbox, serve, 'Again');
    await eventually(() => serve.outcomes(second.id).length > 0);
    expect(await contacts(sandbox)).toEqual([[EMAIL, 'Again']]);
    expect((await statusOf(sandbox, serve.folder)).report.reads_paused).toBeNull();
  });

  it('and so has the third, after the first two were deleted', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    for (const name of ['Try', 'Again']) {
      const identity = await signUp(sandbox, serve, name);
      await eventually(() => serve.outcomes(identity.id).length > 0);
      await sandbox.control.deleteIdentity(identity.id);
    }
    const third = await signUp(sandbox, serve, 'Third');
    await eventually(() => serve.outcomes(third.id).length > 0);
    expect(await contacts(sandbox)).toEqual([[EMAIL, 'Third']]);
  });
});

describe('one test account on a new store: sign up, then delete it in Ory', () => {
  it('the next reconcile removes its contact, although Ory has no identity left', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    writeFileSync(
      `${folder}/ory-zoho.mapping.yaml`,
      'deleted: delete\nfields: { Email: email, Last_Name: last_name }\n',
    );
    const first = await aServe(sandbox, { folder, ory: true });
    const only = await signUp(sandbox, first, 'Try');
    await eventually(() => first.outcomes(only.id).length > 0);
    await eventually(async () => (await sandbox.control.requests('ory_list')).length > 0);
    await first.stop();
    await sandbox.control.deleteIdentity(only.id);
    await aServe(sandbox, { folder, ory: true, variables: { RECONCILE_INTERVAL: '1s' } });
    await eventually(async () => (await sandbox.control.contacts()).length === 0);
    expect((await statusOf(sandbox, folder)).report.reads_paused).toBeNull();
  });

  it('a sign-up does not wait if it cannot be proved at once, and a later one proves the project', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const held = await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      effect: { hold: 'before_commit' },
    });
    const first = await signUp(sandbox, serve, 'Try');
    await sandbox.control.waitForHeld(held);
    await eventually(() => serve.outcomes(first.id).length > 0);
    await sandbox.control.release(held);
    await eventually(() => serve.rows('SELECT 1 FROM store WHERE ory_confirmed = 1').length === 1);
    expect(await serve.stop()).toBe(0);
  });
});

describe('ORY_ADMIN_URL of another project', () => {
  it('status and doctor say that reads wait, and why; the log says it once', async () => {
    const [sandbox, another] = [await aSandbox(), await aSandbox()];
    const wrong = { ORY_ADMIN_URL: another.ory.adminUrl, ORY_PROJECT_API_KEY: another.ory.apiKey };
    const serve = await aServe(sandbox, { ory: true, variables: wrong });
    const first = await signUp(sandbox, serve, 'Try');
    await eventually(() => serve.outcomes(first.id).length > 0);
    await sandbox.control.deleteIdentity(first.id);
    const second = await signUp(sandbox, serve, 'Again');
    const paused = await eventually(async () => {
      const { report, text } = await statusOf(sandbox, serve.folder, wrong);
      return report.reads_paused !== null && { report, text };
    });
    expect(paused.report).toMatchObject({
      paused: null,
      reads_paused: {
        reason: 'wrong_ory_project',
        message: expect.stringContaining('right project'),
        until: expect.stringMatching(/Z$/),
        hint: expect.stringContaining('ORY_ADMIN_URL'),
      },
    });
    expect(paused.text).toMatch(/^Reads +paused: .*right project/m);
    const diagnosis = await diagnose(sandbox, { folder: serve.folder, variables: wrong });
    expect(diagnosis.of('ory').join('\n')).toMatch(/warn .*serve.*right project/);

    await sandbox.control.deleteIdentity(second.id);
    await signUp(sandbox, serve, 'Third');
    serve.change('UPDATE outbox SET due_at = 0');
    await eventually(
      () => serve.rows('SELECT 1 FROM outbox WHERE due_at > 0 AND lease_token IS NULL').length === 2,
    );
    expect(serve.log.filter(({ msg }) => msg.includes('right project'))).toHaveLength(1);
    expect(serve.outcomes(second.id)).toEqual([]);
  });

  it('a backfill says so once, not for every batch', async () => {
    const sandbox = await aSandbox();
    const names = Array.from({ length: 12 }, (_, index) => `p${index}@example.org`);
    const before = await Promise.all(
      names.map((email) => sandbox.control.createIdentity({ traits: { email } })),
    );
    const { folder } = await runBackfill(sandbox);
    for (const { id } of before) await sandbox.control.deleteIdentity(id);
    for (const email of names) await sandbox.control.createIdentity({ traits: { email } });
    // The store is as if Ory had not been read since its first backfill.
    const backfill = new BackfillProcess(sandbox, [], { folder });
    const asked = () => backfill.rows('SELECT 1 FROM outbox WHERE waits_since IS NOT NULL').length;
    await eventually(() => asked() === names.length);
    expect(backfill.events.filter(({ reason }) => reason === 'wrong_ory_project')).toHaveLength(1);
    expect(backfill.stderr.match(/right project/g)).toHaveLength(1);
    const { report } = await eventually(async () => {
      const read = await statusOf(sandbox, folder);
      return read.report.reads_paused !== null && read;
    });
    expect(report.reads_paused.reason).toBe('wrong_ory_project');
  });
});

describe('while Ory does not answer', () => {
  const answers = [
    ['turns the key away', 'unauthorized', { status: 401, body: '{"error":{"code":401,"message":"no"}}' }],
    ['is behind a proxy that fails', 'unavailable', { html502: true }],
    ['asks for patience', 'rate_limit', { status: 429, body: '{"error":{"code":429,"message":"later"}}' }],
    ['cuts the connection', 'network', { cut: 'before_commit' }],
  ] as const;
  it.each(told(answers, 'turns the key away'))(
    'Ory %s: status and doctor report it until it answers',
    async (_how, reason, effect) => {
      const sandbox = await aSandbox();
      const serve = await aServe(sandbox, { ory: true });
      const fault = await sandbox.control.addFault({
        on: { operation: 'ory_list' },
        times: 'always',
        effect,
      });
      const identity = await sandbox.control.createIdentity({ traits: { email: EMAIL } });
      const { updated_at: _, ...hint } = identity;
      await serve.send(hint, 'settings');
      const { report } = await eventually(async () => {
        const read = await statusOf(sandbox, serve.folder);
        return read.report.reads_paused !== null && read;
      });
      expect(report.reads_paused).toMatchObject({ reason, hint: expect.any(String) });
      await sandbox.control.removeFault(fault);
      serve.change('UPDATE outbox SET due_at = 0');
      await eventually(() => serve.outcomes(identity.id).length > 0);
      await eventually(async () => (await statusOf(sandbox, serve.folder)).report.reads_paused === null);
      expect(serve.log.filter(({ msg }) => msg.startsWith('reads from Ory paused'))).toHaveLength(1);
    },
  );
});
