import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { connectionTo, runCommand, saveProfile } from '../processes/command.ts';
import { eventually, newFolder, SECRET } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const KRATOS = `version: v26.2.0
dsn: memory
selfservice:
  default_browser_return_url: http://127.0.0.1:4455/
  methods:
    password: { enabled: true }
  flows: {}
`;

it('only actions print writes a secret into its output', async () => {
  const sandbox = await aSandbox();
  const folder = newFolder();
  await saveProfile(folder, connectionTo(sandbox, folder));
  writeFileSync(`${folder}/kratos.yml`, KRATOS);
  const outputs: string[] = [];
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await runCommand(args, { folder });
    outputs.push(`${args.join(' ')}\n${stdout}\n${stderr}`);
  };
  const url = ['--public-url', 'https://sync.example.com'];
  await run('config', 'show');
  await run('config', 'show', '--json');
  await run('config', 'path');
  await run('actions', 'apply', '--kratos', 'kratos.yml', '--yes', ...url);
  await run('doctor', '--kratos', 'kratos.yml');
  await run('doctor', '--json');
  await run('actions', 'remove', '--kratos', 'kratos.yml', '--yes');
  await run('init', '--connect', 'keep', '--yes');
  await run('serve', '--port', 'none', '--verbose');
  await run('logout', '--yes');
  await run('doctor');

  const secrets = [SECRET, sandbox.zoho.clientSecret, sandbox.zoho.refreshToken, sandbox.ory.apiKey];
  for (const output of outputs) for (const secret of secrets) expect(output).not.toContain(secret);
  expect(outputs).toHaveLength(11);
});

it('the log of serve never holds a secret or personal data', async () => {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox, { ory: true });
  await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { unauthorized: 'INVALID_TOKEN' } });
  await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { html502: true } });
  const people = [
    {
      email: 'ann.private@example.org',
      name: 'Ann Private',
      phone: 'call me, maybe? (after six, on a Sunday)',
    },
    { email: 'private@localhost', name: 'Bob Private' },
  ];
  for (const traits of people) {
    const identity = await sandbox.control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await serve.send(identity, 'registration', {
      headers: { 'x-webhook-secret': 'a-wrong-secret-of-somebody' },
    });
    await eventually(() => serve.outcomes(identity.id).length > 0);
  }
  await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
  await serve.stop();
  const { zoho, ory } = sandbox;
  const hidden = [
    SECRET,
    zoho.clientSecret,
    zoho.refreshToken,
    ory.apiKey,
    'a-wrong-secret-of-somebody',
    'rivate',
  ];
  for (const text of hidden) expect(serve.stderr).not.toContain(text);
  expect(serve.stderr).not.toMatch(/1000\.[0-9a-f]{32}\.[0-9a-f]{32}/);
});
