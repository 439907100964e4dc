import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { folderWithProfile, InitProcess, profileIn, secretsOf } from '../processes/init-process.ts';
import type { InitRun } from '../processes/init-process.ts';
import { aSandbox } from '../processes/setup.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

const inTerminal = (sandbox: Sandbox, run: InitRun = {}) =>
  new InitProcess(sandbox, { terminal: true, ...run });

/** A profile saved by an earlier init. */
function savedProfile({ zoho, ory, url }: Sandbox) {
  return {
    ZOHO_CLIENT_ID: zoho.clientId,
    ZOHO_CLIENT_SECRET: zoho.clientSecret,
    ZOHO_REFRESH_TOKEN: zoho.refreshToken,
    ZOHO_API_BASE_URL: zoho.apiBaseUrl(),
    ZOHO_ACCOUNTS_URL: url,
    ORY_WEBHOOK_SECRET: 'the-old-webhook-secret',
    ORY_ADMIN_URL: ory.adminUrl,
    ORY_PROJECT_API_KEY: ory.apiKey,
  };
}

/** Answers the questions up to the code of a self client. */
async function answerUpToCode(init: InitProcess, { zoho, ory }: Sandbox): Promise<void> {
  await init.answer('Ory project URL', ory.adminUrl + ENTER);
  await init.answer('? Project API key', ory.apiKey + ENTER);
  await init.answer('? How do you connect', ENTER);
  await init.answer('? Client ID', zoho.clientId + ENTER);
  await init.answer('? Client secret', zoho.clientSecret + ENTER);
}

describe('init in a terminal', () => {
  test('asks for what is needed, shows no secret, and asks again for a code that failed', async () => {
    const sandbox = await aSandbox({ identities: 3 });
    const init = inTerminal(sandbox);
    await answerUpToCode(init, sandbox);
    await init.shown('ZohoCRM.modules.contacts.ALL,ZohoCRM.coql.READ,');
    await init.answer('? Code', `1000.not-a-code${ENTER}`);
    await init.shown('does not accept the code');
    const code = await sandbox.control.issueCode();
    init.hides('1000.not-a-code', code);
    await init.answer('? Code', code + ENTER);
    await init.answer("? Which field of Contacts should hold the identity's id", ENTER);
    await init.answer('? A contact with the same email', ENTER);
    await init.answer('? May an identity with an unverified email', `n${ENTER}`);
    await init.answer('? Create a test contact', ENTER);
    await init.shown('and it is deleted again');
    await init.shown('ory-zoho doctor');
    expect(await init.exited).toBe(0);
    expect(profileIn(init.folder)).toMatchObject({
      ZOHO_CLIENT_SECRET: sandbox.zoho.clientSecret,
      ORY_PROJECT_API_KEY: sandbox.ory.apiKey,
      ORY_ID_FIELD: 'Ory_Identity_ID',
    });
    const mapping = readFileSync(join(init.folder, 'ory-zoho.mapping.yaml'), 'utf8');
    expect(mapping).toContain('adopt_unverified: false');
  });

  test('needs at most ten answers, including the data center and the test contact', async () => {
    const sandbox = await aSandbox();
    const init = inTerminal(sandbox);
    await answerUpToCode(init, sandbox);
    await init.answer('? Code', (await sandbox.control.issueCode()) + ENTER);
    await init.answer('? Which field', ENTER);
    await init.answer('? A contact with the same email', ENTER);
    await init.answer('? Create a test contact', ENTER);
    expect(await init.exited).toBe(0);
    // Each answered question has a mark. The data center adds one, because a loopback host replaces it here.
    const answered = init.output.match(/✔ /g)?.length ?? 0;
    expect(answered).toBeGreaterThan(5);
    expect(answered + 1).toBeLessThanOrEqual(10);
  });

  test('offers another field when Zoho does not create one', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.addFault({
      on: { operation: 'create_field' },
      effect: {
        status: 403,
        body: '{"code":"NO_PERMISSION","details":{},"message":"permission denied","status":"error"}',
      },
    });
    const init = inTerminal(sandbox, { folder: folderWithProfile(savedProfile(sandbox)) });
    await init.answer('Ory project URL', ENTER);
    await init.answer('? How do you connect', ENTER);
    await init.answer('❯ None', `\u001b[A${ENTER}`);
    await init.shown('NO_PERMISSION');
    await init.answer('❯ None', ENTER);
    await init.answer('? A contact with the same email', ENTER);
    await init.answer('? Create a test contact', `n${ENTER}`);
    expect(await init.exited).toBe(0);
    expect(profileIn(init.folder)).not.toHaveProperty('ORY_ID_FIELD');
  });

  test('asks for the data center if it is not known otherwise', async () => {
    const sandbox = await aSandbox();
    const variables = { ...secretsOf(sandbox), ORY_ADMIN_URL: sandbox.ory.adminUrl, ZOHO_ACCOUNTS_URL: '' };
    const init = inTerminal(sandbox, { args: ['--connect', 'self-client'], variables });
    await init.shown('? Data center');
    for (const host of ['us  accounts.zoho.com', 'ca  accounts.zohocloud.ca']) await init.shown(host);
    await init.answer('navigate', DOWN + ENTER);
    await init.answer('? Client ID', CTRL_C);
    expect(await init.exited).toBe(130);
    expect(init.output).toContain('eu  accounts.zoho.eu');
  });

  test('run again offers the saved values, and changes one thing', async () => {
    const sandbox = await aSandbox();
    const before = savedProfile(sandbox);
    const init = inTerminal(sandbox, { folder: folderWithProfile(before) });
    await init.shown('Ory project URL');
    await init.answer(sandbox.ory.adminUrl, ENTER);
    await init.shown('❯ Keep the current connection');
    await init.answer('navigate', ENTER);
    await init.shown('❯ None');
    await init.answer('navigate', `\u001b[A${ENTER}`);
    await init.answer('? A contact with the same email', ENTER);
    await init.answer('? Create a test contact', `n${ENTER}`);
    expect(await init.exited).toBe(0);
    expect(profileIn(init.folder)).toEqual({ ...before, ORY_ID_FIELD: 'Ory_Identity_ID' });
  });

  test('takes every default with --yes, and asks only for values without one', async () => {
    const sandbox = await aSandbox();
    const variables = { ...secretsOf(sandbox), ORY_ADMIN_URL: sandbox.ory.adminUrl };
    const init = inTerminal(sandbox, { args: ['--yes'], variables });
    await init.answer('? Client ID', sandbox.zoho.clientId + ENTER);
    await init.answer('? Code', (await sandbox.control.issueCode()) + ENTER);
    expect(await init.exited).toBe(0);
    expect(await sandbox.control.contacts()).toEqual([]);
    expect(profileIn(init.folder)).toMatchObject({ ORY_ID_FIELD: 'Ory_Identity_ID' });
  });
});

describe('Ctrl-C', () => {
  const QUESTIONS = [
    'Ory project URL',
    '? How do you connect',
    '? Client ID',
    '? Client secret',
    '? Code',
    '? Which field',
    '? A contact with the same email',
    '? Create a test contact',
  ] as const;

  test.each(QUESTIONS)('at "%s" leaves the old profile as it was', async (question) => {
    const sandbox = await aSandbox();
    const before = savedProfile(sandbox);
    const init = inTerminal(sandbox, { folder: folderWithProfile(before) });
    const code = await sandbox.control.issueCode();
    const answers: Record<(typeof QUESTIONS)[number], string> = {
      'Ory project URL': ENTER,
      '? How do you connect': DOWN + ENTER,
      '? Client ID': ENTER,
      '? Client secret': ENTER,
      '? Code': code + ENTER,
      '? Which field': ENTER,
      '? A contact with the same email': ENTER,
      '? Create a test contact': ENTER,
    };
    for (const earlier of QUESTIONS.slice(0, QUESTIONS.indexOf(question))) {
      await init.answer(earlier, answers[earlier]);
    }
    await init.answer(question, CTRL_C);
    expect(await init.exited).toBe(130);
    expect(init.output).toContain('Nothing was saved.');
    expect(profileIn(init.folder)).toEqual(before);
  });

  test('while Zoho is slow to answer leaves the old profile as it was too', async () => {
    const sandbox = await aSandbox();
    const before = savedProfile(sandbox);
    const fault = await sandbox.control.addFault({
      on: { operation: 'org' },
      effect: { hold: 'before_commit' },
    });
    const init = new InitProcess(sandbox, { folder: folderWithProfile(before) });
    await sandbox.control.waitForHeld(fault);
    init.interrupt();
    expect(await init.exited).toBe(130);
    expect(profileIn(init.folder)).toEqual(before);
  });
});
