import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { expect, describe, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

const PASSWORD = 'hush-hush-and-hush';

/** Another address of the same Ory: another host and port, with a path if given. */
async function anotherAddress(sandbox: Sandbox, path = ''): Promise<string> {
  const server = createServer((incoming, answer) => {
    const target = `${sandbox.ory.adminUrl}${(incoming.url ?? '').slice(path.length)}`;
    const forward = request(target, { method: incoming.method, headers: incoming.headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    forward.once('error', () => answer.destroy());
    incoming.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://127.0.0.1:${port}${path}`;
}

async function signUp(sandbox: Sandbox, serve: ServeProcess, email: string) {
  const identity = await sandbox.control.createIdentity({ traits: { email } });
  await serve.send(identity, 'registration');
  await eventually(() => serve.outcomes(identity.id).length > 0);
  return identity;
}

/** A store that was filled by webhooks of a few sign-ups, and by a backfill. */
async function aUsedStore(people: number) {
  const sandbox = await aSandbox();
  const serve = await aServe(sandbox, { ory: true });
  const identities = [];
  for (let one = 0; one < people; one += 1) {
    identities.push(await signUp(sandbox, serve, `p${one}@example.org`));
  }
  await serve.stop();
  return { sandbox, folder: serve.folder, identities };
}

const at = (ORY_ADMIN_URL: string) => ({ ORY_ADMIN_URL });

function bound(serve: ServeProcess): unknown {
  return serve.rows('SELECT ory FROM store')[0]?.['ory'];
}

describe('ORY_ADMIN_URL in another form', () => {
  it.each([
    ['a slash at its end', (url: URL) => `${url.origin}/`],
    ['a scheme in capitals', (url: URL) => url.origin.replace('http', 'HTTP')],
    ['a user name and a password', (url: URL) => `http://admin:${PASSWORD}@${url.host}`],
  ])('%s: serve starts, warns about nothing, and sync works', async (_what, other) => {
    const { sandbox, folder, identities } = await aUsedStore(1);
    const address = other(new URL(sandbox.ory.adminUrl));
    const serve = await aServe(sandbox, { folder, ory: true, variables: at(address) });
    const variables = { ...connectionTo(sandbox, folder), ...at(address) };
    const synced = await runCommand(['sync', '--id', identities[0]?.id ?? '', '--json'], {
      folder,
      variables,
    });
    expect(synced).toMatchObject({ code: 0, stderr: '' });
    const { findings } = await diagnose(sandbox, { folder, variables: at(address) });
    expect(findings.filter(({ check, state }) => check === 'ory' && state === 'fail')).toEqual([]);
    expect(bound(serve)).toBe(sandbox.ory.adminUrl);
    expect(serve.log.filter(({ msg }) => msg.includes('bound'))).toEqual([]);
  });
});

describe('Ory at another address', () => {
  it.each(['', '/kratos'])('the same project (path %j): the store is bound to it', async (path) => {
    const { sandbox, folder, identities } = await aUsedStore(3);
    const address = await anotherAddress(sandbox, path);
    const { of } = await diagnose(sandbox, { folder, variables: at(address) }).then((found) => ({
      of: (check: string) => found.of(check),
    }));
    expect(of('ory').join('\n')).toMatch(/ok .*the same project; serve binds/);

    const serve = await aServe(sandbox, { folder, ory: true, variables: at(address) });
    await eventually(() => bound(serve) === address);
    await sandbox.control.updateIdentity(identities[0]?.id ?? '', { traits: { email: 'new@example.org' } });
    const variables = { ...connectionTo(sandbox, folder), ...at(address) };
    const synced = await runCommand(['sync', '--id', identities[0]?.id ?? ''], { folder, variables });
    expect(synced.code).toBe(0);
    expect((await sandbox.control.contacts()).map(({ fields }) => fields['Email'])).toContain(
      'new@example.org',
    );
  });

  it('a backfill with the same project binds the store to it too', async () => {
    const { sandbox, folder } = await aUsedStore(2);
    const address = await anotherAddress(sandbox);
    const { code, stderr } = await runBackfill(sandbox, [], { folder, variables: at(address) });
    expect(code).toBe(0);
    expect(stderr).toContain(`now bound to ${address}`);
  });

  it('a project that lacks one identity: all commands exit 2, doctor reports it, and init --rebind binds anyway', async () => {
    const { sandbox, folder, identities } = await aUsedStore(3);
    const address = await anotherAddress(sandbox);
    await sandbox.control.deleteIdentity(identities[1]?.id ?? '');
    const variables = { ...connectionTo(sandbox, folder), ...at(address) };

    const serve = aRefusedServe(sandbox, { folder, ory: true, variables: at(address) });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('lacks 1 of the 3 identities that were linked last');
    expect(serve.stderr).toContain('init --rebind');
    const one = identities[0]?.id ?? '';
    for (const args of [
      ['sync', '--id', one],
      ['sync', '--dry-run', '--id', one],
      ['backfill', '--dry-run'],
      ['backfill'],
    ]) {
      const refused = await runCommand(args, { folder, variables });
      expect([args, refused.code]).toEqual([args, 2]);
      expect(refused.stderr).toContain('init --rebind');
    }
    const diagnosis = await diagnose(sandbox, { folder, variables: at(address) });
    expect(diagnosis.of('ory').join('\n')).toMatch(
      /fail .*lacks 1 of the 3 identities that were linked last: serve ends .*init --rebind/,
    );
    expect(bound(serve)).toBe(sandbox.ory.adminUrl);

    const rebound = await runCommand(['init', '--rebind'], { folder, variables });
    expect(rebound).toMatchObject({ code: 0, stdout: expect.stringContaining(`now bound to ${address}`) });
    expect(rebound.stderr).toContain('lacks 1 of the 3 identities');
    expect((await diagnose(sandbox, { folder, variables: at(address) })).of('ory').join()).not.toContain(
      'fail',
    );
    const again = await aServe(sandbox, { folder, ory: true, variables: at(address) });
    expect(bound(again)).toBe(address);
    expect(again.rows('SELECT ory_confirmed FROM store')).toEqual([{ ory_confirmed: 0 }]);
  });

  it('a copy of the project, as for staging, without the newest change: exit 2', async () => {
    const { sandbox, folder, identities } = await aUsedStore(2);
    const first = await aServe(sandbox, { folder, ory: true });
    const { id } = identities[0] ?? { id: '' };
    const before = await sandbox.control.identity(id);
    const now = await sandbox.control.updateIdentity(id, { traits: { email: 'new@example.org' } });
    await first.send(now, 'settings');
    await eventually(() => first.outcomes(id).length > 0);
    await first.stop();
    // The copy has an older state of that identity, and the current state of the other one.
    const other = await sandbox.control.identity(identities[1]?.id ?? '');
    await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      times: 'always',
      effect: { status: 200, body: JSON.stringify([before, other]) },
    });
    const address = await anotherAddress(sandbox);
    const serve = aRefusedServe(sandbox, { folder, ory: true, variables: at(address) });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('has an older state of 1');
  });

  it('while it does not answer, webhooks go through and reads wait; then reads go on', async () => {
    const { sandbox, folder } = await aUsedStore(1);
    const address = await anotherAddress(sandbox);
    const fault = await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      times: 'always',
      effect: { html502: true },
    });
    const serve = await aServe(sandbox, { folder, ory: true, variables: at(address) });
    const told = await signUp(sandbox, serve, 'told@example.org');
    expect(serve.outcomes(told.id)).toEqual(['created']);
    const hint = await sandbox.control.createIdentity({ traits: { email: 'hint@example.org' } });
    const { updated_at: _, ...withoutTime } = hint;
    await serve.send(withoutTime, 'settings');
    const variables = { ...connectionTo(sandbox, folder), ...at(address) };
    await eventually(async () => {
      const { stdout } = await runCommand(['status', '--json'], { folder, variables });
      return JSON.parse(stdout).reads_paused?.reason === 'unavailable';
    });
    const diagnosis = await diagnose(sandbox, { folder, variables: at(address) });
    expect(diagnosis.of('ory').join('\n')).toContain('Serve reads nothing from it');
    expect(bound(serve)).toBe(sandbox.ory.adminUrl);
    expect(serve.outcomes(hint.id)).toEqual([]);

    await sandbox.control.removeFault(fault);
    await eventually(() => bound(serve) === address);
    serve.change('UPDATE outbox SET due_at = 0');
    await eventually(() => serve.outcomes(hint.id).length > 0);
  });

  it('another project that answers late: serve takes webhooks in until then, and ends with exit 2', async () => {
    const { sandbox, folder } = await aUsedStore(1);
    const other = await aSandbox({ identities: 5 });
    const fault = await other.control.addFault({
      on: { operation: 'ory_list' },
      times: 'always',
      effect: { html502: true },
    });
    const variables = { ...at(other.ory.adminUrl), ORY_PROJECT_API_KEY: other.ory.apiKey };
    const serve = await aServe(sandbox, { folder, ory: true, variables });
    const told = await signUp(sandbox, serve, 'told@example.org');
    expect(serve.outcomes(told.id)).toEqual(['created']);
    await other.control.removeFault(fault);
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toContain('init --rebind');
    expect(serve.rows('SELECT 1 FROM process')).toEqual([]);
  });
});

describe('a password in ORY_ADMIN_URL', () => {
  it('is never shown or kept', async () => {
    const sandbox = await aSandbox();
    const other = await aSandbox({ identities: 5 });
    const serve = await aServe(sandbox, { ory: true });
    await signUp(sandbox, serve, 'a@example.org');
    await serve.stop();
    const { folder } = serve;
    const address = `http://admin:${PASSWORD}@${new URL(other.url).host}`;
    const variables = {
      ...connectionTo(sandbox, folder),
      ...at(address),
      ORY_PROJECT_API_KEY: other.ory.apiKey,
    };
    const refused = aRefusedServe(sandbox, { folder, ory: true, variables });
    expect(await refused.exited()).toBe(2);
    for (const args of [
      ['sync', 'a@example.org'],
      ['doctor'],
      ['config', 'show'],
      ['status'],
      ['init', '--rebind'],
      ['backfill', '--dry-run'],
    ]) {
      // `runCommand` searches the output.
      await runCommand(args, { folder, variables });
    }
    expect(serve.rows('SELECT ory FROM store')).toEqual([{ ory: other.url }]);
    const diagnosis = await diagnose(sandbox, { folder, variables });
    expect(diagnosis.of('ory').join('\n')).toContain(
      'user name and password in ORY_ADMIN_URL are not sent, because ORY_PROJECT_API_KEY is set',
    );
  });
});

describe('an ORY_ADMIN_URL that ends with /admin', () => {
  it('is reported as wrong by doctor, sync and serve', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true, variables: at(`${sandbox.ory.adminUrl}/admin`) });
    const { folder } = serve;
    const variables = { ...connectionTo(sandbox, folder), ...at(`${sandbox.ory.adminUrl}/admin`) };
    const diagnosis = await diagnose(sandbox, { folder, variables });
    expect(diagnosis.of('ory').join('\n')).toMatch(
      /fail .*ORY_ADMIN_URL should probably not end with \/admin/,
    );
    const synced = await runCommand(['sync', 'a@example.org'], { folder, variables });
    expect(synced.stderr).toContain('should probably not end with /admin');
    expect(synced.code).not.toBe(0);
  });

  it('works if a proxy serves Kratos below that path', async () => {
    const { sandbox, folder } = await aUsedStore(1);
    const address = await anotherAddress(sandbox, '/admin');
    const serve = await aServe(sandbox, { folder, ory: true, variables: at(address) });
    await eventually(() => bound(serve) === address);
  });
});

it('init does not save a password in the address of Ory', async () => {
  const sandbox = await aSandbox();
  const address = `http://admin:${PASSWORD}@${new URL(sandbox.url).host}/`;
  const serve = await aServe(sandbox);
  const variables = { ...connectionTo(sandbox, serve.folder), ...at(address), ORY_WEBHOOK_SECRET: SECRET };
  const { code, stdout } = await runCommand(
    ['init', '--yes', '--ory-id-field', 'none', '--adopt', 'overwrite'],
    {
      folder: serve.folder,
      variables,
    },
  );
  expect(code).toBe(0);
  expect(stdout).toContain(sandbox.url);
  const shown = await runCommand(['config', 'show', '--json'], {
    folder: serve.folder,
    variables: { ...variables, ORY_ADMIN_URL: undefined },
  });
  const saved: { name: string; value: string }[] = JSON.parse(shown.stdout);
  expect(saved.find(({ name }) => name === 'ORY_ADMIN_URL')?.value).toBe(sandbox.url);
});
