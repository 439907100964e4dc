import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose, writeKratos } from '../processes/doctor-run.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

/** What a value looks like that was read from a file or pasted. */
const withBlanks = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `\t ${value} \r\n`]));

describe('values that end in a line break and have blanks around them', () => {
  it('work like clean ones: serve takes webhooks and delivers, doctor finds nothing, hooks get the trimmed secret', async () => {
    const sandbox = await aSandbox();
    // serve and doctor choose the store themselves.
    const { DATABASE_URL: _, ...connection } = connectionTo(sandbox, '');
    const credentials = {
      ...connection,
      METRICS_TOKEN: 'a-token-for-metrics',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'debug',
      RECONCILE_INTERVAL: '6h',
    };
    const variables = withBlanks(credentials);
    const serve = await aServe(sandbox, { variables });
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    await eventually(() => serve.outcomes(identity.id).includes('created'));

    const authorization = `Bearer ${credentials.METRICS_TOKEN}`;
    expect((await fetch(`${serve.url}/metrics`, { headers: { authorization } })).status).toBe(200);

    const publicUrl = { ORY_ZOHO_PUBLIC_URL: ` ${serve.url}\n` };
    const found = await diagnose(sandbox, { variables: { ...variables, ...publicUrl } });
    expect(found.of('token')).toEqual([expect.stringMatching(/^ok /)]);
    expect(found.of('ory')).toEqual([expect.stringMatching(/^ok /)]);
    expect(found.of('public_url')).toEqual([expect.stringMatching(/^ok /)]);

    const file = writeKratos(serve.folder, { signUp: [], profile: [] });
    const apply = ['actions', 'apply', '--kratos', file, '--yes'];
    const options = { folder: serve.folder, variables: { ...variables, ...publicUrl } };
    expect((await runCommand(apply, options)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(`"value": "${SECRET}"`);
  });

  it.each([
    ['ORY_WEBHOOK_SECRET', 'a-secret-of-two\nlines'],
    ['ZOHO_REFRESH_TOKEN', '1000.abc def'],
  ])('that may contain a typing error: serve names %s', async (name, value) => {
    const serve = aRefusedServe(await aSandbox(), { variables: { [name]: value } });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain(name);
    expect(serve.stderr).toMatch(/blank|character/);
    expect(serve.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('a webhook secret with letters beyond ASCII', () => {
  const secret = 'Schlüssel-für-Zoë-鍵';

  it('is accepted in UTF-8, as Go sends it, and doctor sends it in UTF-8 too', async () => {
    const sandbox = await aSandbox();
    const variables = { ORY_WEBHOOK_SECRET: secret };
    const serve = await aServe(sandbox, { variables });
    expect(await statusOf(serve.url, `X-Webhook-Secret: ${secret}`)).toBe('400');
    expect(await statusOf(serve.url, `Authorization: Bearer ${secret}`)).toBe('400');
    expect(await statusOf(serve.url, `X-Webhook-Secret: ${secret}!`)).toBe('401');

    const found = await diagnose(sandbox, { variables: { ...variables, ORY_ZOHO_PUBLIC_URL: serve.url } });
    expect(found.of('public_url')).toEqual([expect.stringMatching(/^ok /)]);
  });
});

/** The answer to an empty list: 400 if the secret is right. The header is sent in UTF-8. */
async function statusOf(url: string, header: string): Promise<string | undefined> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = `POST /zoho/sync-contact HTTP/1.1\r\nHost: x\r\n${header}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]`;
  socket.end(Buffer.from(head, 'utf8'));
  return /^HTTP\/1\.1 (\d+)/.exec(await text(socket))?.[1];
}
