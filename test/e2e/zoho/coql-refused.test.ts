import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const FIELDS = 'fields: { Email: email, Last_Name: last_name }\n';

async function aServeWhereCoqlIsRefused(mapping: string) {
  const sandbox = await aSandbox({ restrictedFields: ['Email'] });
  const folder = newFolder();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), mapping);
  const serve = await aServe(sandbox, { folder, ory: true });
  const signUp = async (name: string) => {
    const identity = await sandbox.control.createIdentity({
      traits: { email: `${name}@example.org`, name: { last: name } },
    });
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    return identity.id;
  };
  const coqlCalls = async () =>
    (await sandbox.control.requests()).filter(({ operation }) => operation === 'coql').length;
  return { sandbox, serve, signUp, coqlCalls };
}

describe('rule 16: an org where Zoho refuses COQL', () => {
  it('is no outage: sign-ups become contacts, and the refused queries are not repeated', async () => {
    const { sandbox, serve, signUp, coqlCalls } = await aServeWhereCoqlIsRefused(FIELDS);
    const first = await signUp('ann');
    await eventually(() => serve.outcomes(first).length > 0);
    const calls = await coqlCalls();
    for (const name of ['bob', 'carl', 'dora']) {
      const id = await signUp(name);
      await eventually(() => serve.outcomes(id).length > 0);
      expect(serve.outcomes(id)).toEqual(['created']);
    }
    expect(await coqlCalls()).toBe(calls);
    expect(calls).toBeLessThanOrEqual(3);
    expect(await sandbox.control.contacts()).toHaveLength(4);
    const { findings } = await diagnose(sandbox, { folder: serve.folder });
    const [scopes] = findings.filter(({ check }) => check === 'scopes');
    expect(scopes).toMatchObject({
      state: 'warn',
      detail: expect.stringMatching(/Zoho refuses COQL queries .*restricted in GDPR/),
    });
  });

  it('makes newcomers wait if the mapping needs a look at them, and says why', async () => {
    const { sandbox, serve, signUp } = await aServeWhereCoqlIsRefused(`adopt: fill\n${FIELDS}`);
    const id = await signUp('ann');
    await eventually(
      () =>
        serve.rows('SELECT waits_reason FROM outbox WHERE identity_id = ?', id)[0]?.['waits_reason'] ===
        'coql_refused',
    );
    const { folder } = serve;
    const status = await runCommand(['status'], { folder, variables: connectionTo(sandbox, folder) });
    expect(status.code).toBe(4);
    expect(status.stdout.replaceAll(/\s+/g, ' ')).toContain('Zoho refuses COQL queries in this organization');
    expect(serve.outcomes(id)).toEqual([]);
  });

  it.each([
    ['backfill', [], '1 newcomer waits (coql_refused)'],
    ['a dry run', ['--dry-run'], '1 newcomer would wait (coql_refused)'],
  ])('%s says why newcomers wait, as text and as JSON', async (_what, args, words) => {
    const { sandbox, serve } = await aServeWhereCoqlIsRefused(`adopt: fill\n${FIELDS}`);
    await serve.stop();
    await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    const { folder } = serve;
    const variables = connectionTo(sandbox, folder);
    const text = await runCommand(['backfill', '--yes', ...args], { folder, variables });
    expect(text.stdout).toContain(`${words}: newcomers must be looked up in Zoho first`);
    expect(text.stdout).toContain('Zoho refuses COQL queries in this organization');
    expect(text.stdout).not.toContain('needs_coql');
    const { last } = await runBackfill(sandbox, args, { folder });
    const waits = [{ reason: 'coql_refused', count: 1 }];
    expect(last).toMatchObject({ event: 'done', needs_coql: 1, waits });
  });
});
