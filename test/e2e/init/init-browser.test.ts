import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { freePort, InitProcess, profileIn, secretsOf } from '../processes/init-process.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function browserFlags({ zoho, ory }: Sandbox, port: number): string[] {
  const line = `--connect browser --client-id ${zoho.clientId} --redirect-port ${port} --ory-url ${ory.adminUrl}`;
  return `${line} --ory-id-field create --adopt overwrite --test-contact no`.split(' ');
}

/** An init that waits for the browser, and the address it printed. */
async function waiting(
  sandbox: Sandbox,
  options: { readonly terminal?: boolean; readonly browser?: boolean } = {},
) {
  const port = await freePort();
  const args = [...browserFlags(sandbox, port), ...(options.browser === true ? [] : ['--no-browser'])];
  const variables = { ...secretsOf(sandbox), BROWSER: browserOf(sandbox) };
  const init = new InitProcess(sandbox, { args, variables, terminal: options.terminal === true });
  await init.shown(`http://localhost:${port}/callback`);
  await init.shown('Grant access on this page:');
  const shown = await init.shown('\n  http');
  const rest = await init.shown('\n');
  const url = new URL(`http${rest.slice(shown.length).trim()}`);
  await eventually(
    async () => (await get(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status === 404,
  );
  return { init, url, callback: callbackOf(port, url) };
}

/** A browser that only notes which address it is told to open. */
function browserOf(sandbox: Sandbox): string {
  const folder = mkdtempSync(join(tmpdir(), 'ory-zoho-browser-'));
  const script = join(folder, 'browser');
  writeFileSync(script, `#!/bin/sh\nprintf %s "$1" > '${folder}/opened'\n`);
  chmodSync(script, 0o755);
  opened.set(sandbox, join(folder, 'opened'));
  return script;
}

const opened = new WeakMap<Sandbox, string>();

function openedBy(sandbox: Sandbox): string | undefined {
  const file = opened.get(sandbox);
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function get(url: string): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const answer = await request(url, { reset: true });
  return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
}

/** Calls the callback with this query, and with the request's state if the query has none. */
const callbackOf = (port: number, url: URL) => (query: Record<string, string>) => {
  const state = url.searchParams.get('state') ?? '';
  return get(`http://127.0.0.1:${port}/callback?${new URLSearchParams({ state, ...query }).toString()}`);
};

const consented = (sandbox: Sandbox, code: string) => ({
  code,
  location: 'us',
  'accounts-server': sandbox.url,
});

describe('the callback of the browser flow', () => {
  test('asks Zoho for the least scopes, a refresh token and an answer with our state', async () => {
    const sandbox = await aSandbox();
    const { url } = await waiting(sandbox);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      access_type: 'offline',
      prompt: 'consent',
      scope:
        'ZohoCRM.modules.contacts.ALL,ZohoCRM.coql.READ,ZohoCRM.settings.fields.READ,ZohoCRM.settings.fields.CREATE,ZohoCRM.org.READ,ZohoCRM.users.READ',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('is refused with a wrong state, and the right one still counts', async () => {
    const sandbox = await aSandbox();
    const { init, url, callback } = await waiting(sandbox);
    const { searchParams } = new URL(String((await request(url)).headers['location']));
    const query = Object.fromEntries(searchParams);
    const stray = await callback({ ...query, state: 'another' });
    expect(stray.status).toBe(400);
    expect(stray.text).toContain('belongs to another attempt');
    await init.shown('wrong state');
    const good = await callback(query);
    expect(good.status).toBe(200);
    expect(good.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(await init.exited).toBe(0);
    expect(profileIn(init.folder)).toMatchObject({ ZOHO_ACCOUNTS_URL: sandbox.url });
  });

  test('counts once: a second one is told that the first was answered', async () => {
    const sandbox = await aSandbox();
    const { init, callback } = await waiting(sandbox);
    const fault = await sandbox.control.addFault({
      on: { operation: 'token' },
      effect: { hold: 'before_commit' },
    });
    const code = await sandbox.control.issueCode();
    const first = callback(consented(sandbox, code));
    await sandbox.control.waitForHeld(fault);
    expect(await callback(consented(sandbox, code))).toMatchObject({ status: 409 });
    await sandbox.control.release(fault);
    expect((await first).text).toContain('Connected to Zoho');
    expect(await init.exited).toBe(0);
  });

  test('that names a foreign accounts server sends no secret anywhere', async () => {
    const sandbox = await aSandbox();
    const asked: string[] = [];
    const foreign = createServer((incoming, response) => {
      asked.push(incoming.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void foreign.close());
    const address = foreign.address();
    const server = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const { init, callback } = await waiting(sandbox);
    const answer = await callback({ code: 'x', location: 'us', 'accounts-server': server });
    expect(answer.text).toContain('Not connected');
    expect(await init.exited).toBe(4);
    expect(init.stderr).toContain(`not Zoho's: ${server}`);
    expect(asked).toEqual([]);
    expect(await sandbox.control.requests('token')).toEqual([]);
    expect(profileIn(init.folder)).toBeUndefined();
  });

  test('of a client without multi-DC says where to switch it on', async () => {
    const sandbox = await aSandbox();
    const { init, callback } = await waiting(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'token' },
      effect: { status: 200, body: '{"error":"invalid_client"}' },
    });
    expect((await callback(consented(sandbox, 'x'))).text).toContain('Not connected');
    expect(await init.exited).toBe(4);
    expect(init.stderr).toContain('Multi-DC');
  });

  test('shows what Zoho sent, escaped', async () => {
    const sandbox = await aSandbox();
    const { init, callback } = await waiting(sandbox);
    const { text } = await callback({ error: '<script>alert(1)</script>' });
    expect(text).not.toContain('<script');
    expect(await init.exited).toBe(4);
  });
});

describe('the port of the browser flow', () => {
  test('that is in use is named with a way out', async () => {
    const sandbox = await aSandbox();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const args = browserFlags(sandbox, port);
    const init = new InitProcess(sandbox, { args, variables: secretsOf(sandbox) });
    expect(await init.exited).toBe(2);
    expect(init.stderr).toContain(`port ${port}: another program uses it`);
    expect(init.stderr).toContain('--redirect-port');
  });

  test('stops waiting at Ctrl-C', async () => {
    const sandbox = await aSandbox();
    const { init } = await waiting(sandbox);
    init.interrupt();
    expect(await init.exited).toBe(130);
  });
});

describe('the browser', () => {
  test('is opened in a terminal only', async () => {
    const sandbox = await aSandbox();
    const { init, url } = await waiting(sandbox, { terminal: true, browser: true });
    expect(await eventually(() => openedBy(sandbox))).toBe(url.href);
    init.kill();
    const other = await aSandbox();
    const { init: silent, callback } = await waiting(other, { browser: true });
    await callback(consented(other, await other.control.issueCode()));
    expect(await silent.exited).toBe(0);
    expect(openedBy(other)).toBeUndefined();
  });
});

const missing = !existsSync(CHROMIUM);
if (missing && process.env['CI'] === undefined) {
  process.stdout.write(
    `Skipped: the consent page in Chromium, as there is no ${CHROMIUM} (apt-get install chromium).\n`,
  );
}

describe.skipIf(missing && process.env['CI'] === undefined)('the pages in Chromium', () => {
  async function pageAt(url: URL): Promise<Page> {
    const profile = mkdtempSync(join(tmpdir(), 'ory-zoho-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: FLAGS,
      chromiumSandbox: false,
      viewport: { width: 900, height: 640 },
      ...(process.env['COLOR_SCHEME'] === 'dark' && { colorScheme: 'dark' }),
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url.href);
    return page;
  }

  /** Saves a screenshot to look at, if SCREENSHOTS names a folder. */
  async function keep(page: Page, name: string): Promise<void> {
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  test('after Accept the page says to go back to the terminal', async () => {
    const sandbox = await aSandbox({ consent: 'ask' });
    const { init, url } = await waiting(sandbox);
    const page = await pageAt(url);
    await keep(page, 'consent');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Connected to Zoho' }).waitFor();
    await keep(page, 'connected');
    expect(await init.exited).toBe(0);
    expect(profileIn(init.folder)).toMatchObject({ ORY_ID_FIELD: 'Ory_Identity_ID' });
  });

  test('after Reject init ends, and the page says why', async () => {
    const sandbox = await aSandbox({ consent: 'ask' });
    const { init, url } = await waiting(sandbox);
    const page = await pageAt(url);
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    await page.getByText('Access was refused on the consent page.').waitFor();
    await keep(page, 'refused');
    expect(await init.exited).toBe(4);
    expect(profileIn(init.folder)).toBeUndefined();
  });
});
