import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BackfillProcess } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const errorOf = (code: string, message: string, details: object = {}) => ({
  code,
  details,
  message,
  status: 'error',
});
const refusal = (...error: Parameters<typeof errorOf>) => ({
  status: 400,
  body: JSON.stringify({ data: [errorOf(...error)] }),
});

const WITH_PHONE = 'fields: { Email: email, Last_Name: last_name, Phone: traits.phone }\n';

async function aServeWithSignUps({ mapping }: { readonly mapping?: string } = {}) {
  const sandbox = await aSandbox();
  const folder = newFolder();
  if (mapping !== undefined) writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), mapping);
  const serve = await aServe(sandbox, { folder });
  const signUp = async (name: string) => {
    const identity = await sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } });
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    return identity.id;
  };
  return { sandbox, serve, signUp };
}

describe('rule 14: a refusal that names no record', () => {
  it.each([
    ['STORAGE_SPACE_EXCEEDED', 'storage space exceeded', 'request_refused'],
    ['AUTHORIZATION_FAILED', 'User does not have sufficient privilege', 'no_permission'],
  ])('%s of every call pauses with that cause, and fails nobody', async (code, message, reason) => {
    const { sandbox, serve, signUp } = await aServeWithSignUps();
    const id = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: refusal(code, message),
    });
    const ids = [await signUp('ann')];
    await serve.logged((line) => line['reason'] === reason && line.msg.includes(code));
    ids.push(await signUp('bob'), await signUp('carl'));
    const { folder } = serve;
    const status = await runCommand(['status', '--json'], {
      folder,
      variables: connectionTo(sandbox, folder),
    });
    expect(JSON.parse(status.stdout)).toMatchObject({ failed: [] });
    await sandbox.control.removeFault(id);
    for (const one of ids) await eventually(() => serve.outcomes(one).length > 0);
    expect(ids.flatMap((one) => serve.outcomes(one))).toEqual(['created', 'created', 'created']);
  });

  it('of one record fails only that one, after Zoho has taken others', async () => {
    const { sandbox, serve, signUp } = await aServeWithSignUps();
    await sandbox.control.addFault({
      on: { operation: 'upsert', containing: 'eve@example.org' },
      times: 'always',
      effect: refusal('CANNOT_PERFORM_ACTION', 'not for this record'),
    });
    const eve = await signUp('eve');
    await serve.logged((line) => line['reason'] === 'request_refused');
    expect(serve.outcomes(eve)).toEqual([]);
    const bob = await signUp('bob');
    await eventually(() => serve.outcomes(bob).length > 0);
    await eventually(() => serve.outcomes(eve).length > 0);
    expect([serve.outcomes(bob), serve.outcomes(eve)]).toEqual([
      ['created'],
      ['failed zoho_cannot_perform_action'],
    ]);
  });

  it('of one record of a backfill fails that one, and the backfill ends', async () => {
    const sandbox = await aSandbox({ identities: 20 });
    await sandbox.control.createIdentity({ traits: { email: 'eve@example.org', name: 'eve' } });
    await sandbox.control.addFault({
      on: { operation: 'upsert', containing: 'eve@example.org' },
      times: 'always',
      effect: { status: 400, body: JSON.stringify(errorOf('CANNOT_PERFORM_ACTION', 'not for this record')) },
    });
    const backfill = new BackfillProcess(sandbox);
    const done = await backfill.until(({ event }) => event === 'done');
    expect(done).toMatchObject({ created: 20, failed: 1 });
  });

  it('of every call is still a pause, though Zoho answers what it finds in a field', async () => {
    const { sandbox, serve } = await aServeWithSignUps({ mapping: WITH_PHONE });
    const phone = { api_name: 'Phone', json_path: '$.data[0].Phone', expected_data_type: 'phone' };
    await sandbox.control.addFault({
      on: { operation: 'upsert', containing: '"Phone"' },
      times: 'always',
      effect: refusal('INVALID_DATA', 'invalid data', phone),
    });
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: refusal('STORAGE_SPACE_EXCEEDED', 'storage space exceeded'),
    });
    const traits = { email: 'pam@example.org', name: { last: 'Pam' }, phone: '+4917100' };
    const pam = await sandbox.control.createIdentity({ traits });
    await serve.send(pam, 'registration');
    await eventually(async () => ((await sandbox.control.counters()).calls['upsert'] ?? 0) >= 6);
    expect(serve.log.filter(({ msg }) => msg === 'delivery resumed')).toEqual([]);
    expect(serve.outcomes(pam.id)).toEqual([]);
  });
});
