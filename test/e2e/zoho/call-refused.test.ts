import { describe, expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const refusal = (code: string, message: string, details: object = {}) => ({
  status: 400,
  body: JSON.stringify({ data: [{ code, details, message, status: 'error' }] }),
});

async function aServeWithSignUps() {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox);
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
});
