import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../src/sandbox/call/faults.ts';
import { eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

/** A killed process's lease runs out after 10 s. The tests do not wait for that. */
const EXPIRE_LEASES = 'UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL';

const held = (
  operation: 'token' | 'fields' | 'coql' | 'upsert' | 'update',
  hold: 'before_commit' | 'after_commit',
) => ({ on: { operation }, effect: { hold } }) satisfies FaultInput;

/** A kept-open connection to serve. */
async function aConnection({
  url,
}: ServeProcess): Promise<{ ask(): Promise<string>; ended: Promise<unknown> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  return {
    async ask() {
      answer = '';
      socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
      return eventually(() => answer.includes('}') && answer);
    },
    ended: once(socket, 'end'),
  };
}

describe('SIGKILL in the middle of a call', () => {
  const signUps: [string, FaultInput][] = [
    ['the token', held('token', 'before_commit')],
    ['the field list', held('fields', 'before_commit')],
    ['the look-up', held('coql', 'before_commit')],
    ['the upsert, before Zoho commits', held('upsert', 'before_commit')],
    ['the upsert, after Zoho has committed', held('upsert', 'after_commit')],
  ];
  it.each(signUps)('%s: the sign-up arrives after a restart, once', async (_what, fault) => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    const id = await sandbox.control.addFault(fault);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    expect((await first.send(identity, 'registration')).status).toBe(200);
    await sandbox.control.waitForHeld(id);
    await first.kill();
    first.change(EXPIRE_LEASES);
    await sandbox.control.removeFault(id);

    // The process that was refreshing the token was killed. Its right to do so runs out by the store's clock.
    first.change("UPDATE token SET value = json_set(value, '$.refreshing', json('null'))");
    const second = await aServe(sandbox, { folder: first.folder });
    await eventually(() => second.outcomes(identity.id).length > 0);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => fields['Email'])).toEqual(['ann@example.org']);
  });

  const updates: [string, 'before_commit' | 'after_commit', string][] = [
    [
      'before Zoho commits, and another change came in meanwhile: the newest wins',
      'before_commit',
      'Annabel',
    ],
    [
      'after Zoho has committed, and another change came in meanwhile: the newest wins',
      'after_commit',
      'Annabel',
    ],
    ['after Zoho has committed, and the user changed back meanwhile: that wins', 'after_commit', 'Ann'],
  ];
  it.each(updates)('an update, %s', async (_what, hold, newest) => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    await first.send(identity, 'registration');
    await eventually(() => first.outcomes(identity.id).length === 1);
    const rename = async (name: string) =>
      sandbox.control.updateIdentity(identity.id, { traits: { email: 'ann@example.org', name } });
    const id = await sandbox.control.addFault(held('update', hold));
    await first.send(await rename('Anna'), 'settings');
    await sandbox.control.waitForHeld(id);
    await first.send(await rename(newest), 'settings');
    await first.kill();
    await sandbox.control.removeFault(id);
    first.change(EXPIRE_LEASES);

    const second = await aServe(sandbox, { folder: first.folder });
    await eventually(() => second.outcomes(identity.id).length > 0);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => fields['Last_Name'])).toEqual([newest]);
  });
});

describe('stopping (rule 32)', () => {
  it('a call under way is settled, requests are answered meanwhile, and the exit code is 0', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const id = await sandbox.control.addFault(held('upsert', 'before_commit'));
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    const next = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org', name: 'Bob' } });
    await serve.send(identity, 'registration');
    await sandbox.control.waitForHeld(id);
    const stopped = serve.stop();
    await serve.logged((line) => line.msg === 'stopping');
    expect((await fetch(`${serve.url}/health/ready`)).status).toBe(503);
    expect((await serve.send(next, 'registration')).status).toBe(200);
    await sandbox.control.release(id);
    expect(await stopped).toBe(0);
    expect(serve.outcomes(identity.id)).toEqual(['created']);
    // Webhooks that came meanwhile wait in the outbox for the next process.
    expect(serve.rows('SELECT identity_id, lease_token FROM outbox')).toEqual([
      { identity_id: next.id, lease_token: null },
    ]);
  });

  it('ends although a client keeps its connections open and keeps sending', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    let sent = 0;
    const clients = Array.from({ length: 4 }, async () => {
      while ((await serve.send(identity, 'registration')).status === 200) sent += 1;
    });
    await eventually(() => sent > 10);
    expect(await serve.stop()).toBe(0);
    await Promise.all(clients);
  });

  it('each answer is the last of its connection, and idle connections close, while a call is still under way', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const id = await sandbox.control.addFault(held('upsert', 'before_commit'));
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await serve.send(identity, 'registration');
    await sandbox.control.waitForHeld(id);
    const [busy, idle] = [await aConnection(serve), await aConnection(serve)];
    expect(await busy.ask()).toMatch(/^connection: keep-alive/im);
    await idle.ask();
    const stopped = serve.stop();
    await serve.logged((line) => line.msg === 'stopping');
    expect(await busy.ask()).toMatch(/^connection: close/im);
    await Promise.all([busy.ended, idle.ended]);
    expect(serve.process.exitCode).toBeNull();
    await sandbox.control.release(id);
    expect(await stopped).toBe(0);
  });

  it('a second Ctrl-C ends it at once, and the call under way stays in doubt', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const id = await sandbox.control.addFault(held('upsert', 'after_commit'));
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await serve.send(identity, 'registration');
    await sandbox.control.waitForHeld(id);
    // A signal within 300 ms counts as the same one, because npm and libraries repeat signals.
    await eventually(() => {
      serve.process.kill('SIGINT');
      return serve.process.exitCode !== null;
    });
    expect(await serve.exited()).toBe(130);
    expect(serve.log.at(-1)?.msg).toContain('at once');
    const [row] = serve.rows('SELECT marks FROM outbox');
    expect(row?.['marks']).toContain('ann@example.org');
  });

  it('a signal that a library repeats at once counts as one', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    for (let n = 0; n < 5; n += 1) serve.process.kill('SIGTERM');
    expect(await serve.exited()).toBe(0);
  });

  it('a call that does not end is cut after 8 s, and its row is released with its mark in doubt', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const id = await sandbox.control.addFault(held('upsert', 'after_commit'));
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    await serve.send(identity, 'registration');
    await sandbox.control.waitForHeld(id);
    expect(await serve.stop()).toBe(0);
    const [row] = serve.rows('SELECT lease_token, marks FROM outbox');
    expect(row).toMatchObject({ lease_token: null, marks: expect.stringContaining('ann@example.org') });
  });
});
