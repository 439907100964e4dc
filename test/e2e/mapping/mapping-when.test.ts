import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

async function check(sandbox: Sandbox | undefined, mapping: string) {
  const folder = newFolder();
  writeFileSync(join(folder, 'new.yaml'), mapping);
  const variables = sandbox === undefined ? {} : connectionTo(sandbox, folder);
  const { stdout } = await runCommand(['mapping', 'check', '--file', 'new.yaml', '--json'], {
    folder,
    variables,
  });
  const findings: { check: string; state: string; detail: string; fix: string | null }[] = JSON.parse(stdout);
  return findings.map(({ state, detail, fix }) => [state, detail, fix ?? ''].join(' ').trim());
}

const mapping = (when: string) => `when: '${when}'\nfields: { Email: email, Last_Name: last_name }\n`;

async function withPlans(...plans: (string | undefined)[]) {
  const sandbox = await aSandbox();
  for (const [index, plan] of plans.entries()) {
    await sandbox.control.createIdentity({
      traits: { email: `p${index}@example.org`, name: 'Ann Lee', ...(plan !== undefined && { plan }) },
    });
  }
  return sandbox;
}

describe('mapping check of `when`', () => {
  it('says for how many identities of a sample it is false', async () => {
    const sandbox = await withPlans('free', 'pro', 'pro');
    expect(await check(sandbox, mapping('traits.plan = "pro"'))).toContainEqual(
      'ok `when` is false for 1 of a sample of 3 identities',
    );
  });

  it('warns if it excludes every identity, and about `!=` with a missing value', async () => {
    const sandbox = await withPlans(undefined, undefined, 'free');
    const lines = await check(sandbox, mapping('traits.plan != "free"'));
    expect(lines).toContainEqual(
      expect.stringMatching(/^warn `when` is false for 3 of a sample of 3 identities /),
    );
    expect(lines).toContainEqual(
      'warn when: where traits.plan is missing (2 of a sample of 3 identities), "traits.plan != …" is false, not true ' +
        'To include those identities, write $not(traits.plan = …).',
    );
    const meant = await check(sandbox, mapping('$not(traits.plan = "free")'));
    expect(meant).toContainEqual('ok `when` is false for 1 of a sample of 3 identities');
    expect(meant.filter((line) => line.includes('is missing'))).toEqual([]);
  });

  it('warns about `$not` and without Ory and Zoho too', async () => {
    expect(await check(undefined, mapping('$not(traits.blocked)'))).toContainEqual(
      'warn when: where traits.blocked is missing, "$not(traits.blocked)" is false, not true ' +
        'To include those identities, write $not(traits.blocked = true).',
    );
  });
});
