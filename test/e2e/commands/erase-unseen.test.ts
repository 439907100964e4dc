import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const EMAIL = 'ann@example.org';

/** Zoho has a contact with the email of an identity that was never delivered. */
async function aContactThatWasNeverLinked(zoho: SandboxOptions) {
  const sandbox = await aSandbox(zoho);
  const { folder } = await aServe(sandbox);
  const { id } = await sandbox.control.createIdentity({ traits: { email: EMAIL } });
  await sandbox.control.putContact(null, { Email: EMAIL, Last_Name: 'Lee' });
  const erase = (who: string, ...args: string[]) =>
    runCommand(['erase', who, '--yes', ...args], { folder, variables: connectionTo(sandbox, folder) });
  return { sandbox, id, erase };
}

const REFUSED = JSON.stringify({ code: 'SYNTAX_ERROR', details: {}, message: 'syntax', status: 'error' });

describe.each<[string, SandboxOptions, object | undefined]>([
  ['Zoho refuses all queries', { restrictedFields: ['Email'] }, undefined],
  ['Zoho refuses to look for this email', {}, { status: 400, body: REFUSED }],
  ['Zoho does not answer', {}, { status: 503 }],
  [
    'the connection lacks the COQL scope',
    { scopes: DEFAULT_SCOPES.filter((scope) => scope !== 'ZohoCRM.coql.READ') },
    undefined,
  ],
])('erase of an identity without a link, while %s', (_why, zoho, effect) => {
  it('claims nothing about its contact, says what to do, and exits 1, each time', async () => {
    const { sandbox, id, erase } = await aContactThatWasNeverLinked(zoho);
    if (effect !== undefined) {
      const on = { operation: 'coql', containing: EMAIL } as const;
      await sandbox.control.addFault({ on, times: 'always', effect });
    }
    for (const [already, who] of [
      [false, EMAIL],
      [true, EMAIL],
      [true, id],
    ] as const) {
      const { code, stdout, stderr } = await erase(who, '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        identity_id: id,
        state: 'store_only',
        contact_ids: [],
        already,
        erased_at: expect.any(String),
      });
      expect(stderr).toContain('Zoho was not searched');
      expect(stderr).toMatch(/delete it there/);
      expect(code).toBe(1);
    }
    const { stdout } = await erase(id);
    expect(stdout).toMatch(/Zoho was not searched, so a contact may be left there/);
    expect(await sandbox.control.contacts()).toHaveLength(1);
  });
});

it('erase by id claims nothing about a contact if nobody knows the email of the identity', async () => {
  const { sandbox, id, erase } = await aContactThatWasNeverLinked({});
  await sandbox.control.deleteIdentity(id);
  const { code, stdout, stderr } = await erase(id, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ state: 'store_only', contact_ids: [] });
  expect(stderr).toContain('the email of the identity is not known');
  expect(stderr).toContain('run the command again with the email');
  expect(code).toBe(1);
  expect(await sandbox.control.contacts()).toHaveLength(1);
});

it('erase by id of an identity that has no email in Ory is done, and exits 0', async () => {
  const { sandbox, id, erase } = await aContactThatWasNeverLinked({});
  await sandbox.control.updateIdentity(id, { traits: { name: 'Ann' } });
  const { code, stdout } = await erase(id, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ state: 'erased' });
  expect(code).toBe(0);
});

describe('erase of an identity without a link', () => {
  it.each(['by email', 'by id'])('%s names the contact with its email, and exits 0', async (by) => {
    const { id, erase } = await aContactThatWasNeverLinked({});
    const { code, stdout, stderr } = await erase(by === 'by id' ? id : EMAIL, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', unlinked_contact_ids: [expect.any(String)] });
    expect(stderr).toContain('NOT erased: contact');
    expect(code).toBe(0);
  });
});
