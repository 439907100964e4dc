import { expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const OTHER = { company_name: 'Other Ltd', zgid: '999', type: 'sandbox' };

it('a store filled from one Zoho organization delivers nothing to another, and resumes with the right one', async () => {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox);
  const ann = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
  await serve.send(ann, 'registration');
  await eventually(() => serve.outcomes(ann.id).length === 1);
  await serve.stop();

  const fault = await sandbox.control.addFault({
    on: { operation: 'org' },
    times: 'always',
    effect: { status: 200, body: JSON.stringify({ org: [OTHER] }) },
  });
  const again = await aServe(sandbox, { folder: serve.folder });
  const bob = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
  expect((await again.send(bob, 'registration')).status).toBe(200);
  const line = await again.logged((one) => one['reason'] === 'wrong_org');
  expect(line.msg).toContain('Other Ltd');
  expect(await sandbox.control.contacts()).toHaveLength(1);

  await again.stop();
  await sandbox.control.removeFault(fault);
  const right = await aServe(sandbox, { folder: serve.folder });
  await eventually(() => right.outcomes(bob.id).length === 1);
  expect(right.outcomes(bob.id)).toEqual(['created']);
});
