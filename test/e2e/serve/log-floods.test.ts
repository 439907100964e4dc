import { expect, test } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { SECRET } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const PRE_PERSIST = JSON.stringify({ identity: { id: '00000000-0000-0000-0000-000000000000' } });

test('a repeated warning is one line, and later one line with the count', async () => {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox);
  for (let n = 0; n < 30; n += 1) {
    const answer = await fetch(`${serve.url}/zoho/sync-contact`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-webhook-secret': SECRET,
        'ory-webhook-trigger-id': `trigger ${n}`,
      },
      body: PRE_PERSIST,
    });
    expect(answer.status).toBe(200);
  }
  expect(await serve.stop()).toBe(0);
  const lines = serve.log.filter(({ msg }) => msg === 'webhook had no effect');
  expect(lines.map(({ repeated }) => repeated)).toEqual([undefined, 29]);
});

test("doctor's own call causes no warning in the log of serve", async () => {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox, { ory: true });
  const variables = { ...connectionTo(sandbox, serve.folder), ORY_ZOHO_PUBLIC_URL: serve.url };
  const { stdout } = await runCommand(['doctor', '--json'], { folder: serve.folder, variables });
  expect(stdout).toContain('accepts the secret');
  await serve.logged(({ came }) => came === 'from_doctor');
  expect(serve.log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});
