import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { FaultInput } from '../../../src/sandbox/call/faults.ts';
import { told } from '../../circumstances.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

async function signUp(sandbox: Sandbox, serve: ServeProcess, name: string) {
  const identity = await sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } });
  expect((await serve.send(identity, 'registration')).status).toBe(200);
  return identity;
}

async function settledAs(serve: ServeProcess, id: string, outcome: string) {
  await eventually(() => serve.outcomes(id).length > 0);
  expect(serve.outcomes(id)).toEqual([outcome]);
}

async function emails(sandbox: Sandbox) {
  return (await sandbox.control.contacts()).map((contact) => contact.fields['Email']).toSorted();
}

describe('a temporary fault of Zoho', () => {
  const faults: [string, FaultInput, string?][] = [
    ['401 on the write', { on: { operation: 'upsert' }, effect: { unauthorized: 'INVALID_TOKEN' } }],
    ['401 on the look-up', { on: { operation: 'coql' }, effect: { unauthorized: 'AUTHENTICATION_FAILURE' } }],
    [
      '429, too many at once',
      { on: { operation: 'upsert' }, effect: { tooMany: 'concurrency' } },
      'rate_limit',
    ],
    ['500', { on: { operation: 'upsert' }, effect: { status: 500, body: '{}' } }, 'zoho_unavailable'],
    [
      '500 after the commit',
      { on: { operation: 'upsert' }, effect: { statusAfterCommit: 500 } },
      'zoho_unavailable',
    ],
    ['502 with HTML', { on: { operation: 'upsert' }, effect: { html502: true } }, 'zoho_unavailable'],
    [
      '502 with HTML on the token',
      { on: { operation: 'token' }, effect: { html502: true } },
      'zoho_unavailable',
    ],
    [
      'a 200 that is not JSON',
      { on: { operation: 'upsert' }, effect: { garbage2xx: true } },
      'zoho_unavailable',
    ],
    [
      'a connection cut before the commit',
      { on: { operation: 'upsert' }, effect: { cut: 'before_commit' } },
      'network',
    ],
    [
      'a connection cut after the commit',
      { on: { operation: 'upsert' }, effect: { cut: 'after_commit' } },
      'network',
    ],
    [
      'a connection cut on the look-up',
      { on: { operation: 'coql' }, effect: { cut: 'before_commit' } },
      'network',
    ],
    [
      'a connection cut on the field list',
      { on: { operation: 'fields' }, effect: { cut: 'before_commit' } },
      'network',
    ],
    ['a 202 in place of a 200', { on: { operation: 'upsert' }, effect: { status202: true } }],
  ];
  const few = ['429, too many at once', '502 with HTML', 'a connection cut after the commit'];
  it.each(told(faults, ...few))('%s: the contact is created, once', async (_what, fault, paused) => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault(fault);
    const { id } = await signUp(sandbox, serve, 'ann');
    await eventually(() => serve.outcomes(id).length > 0);
    expect(serve.outcomes(id)).toHaveLength(1);
    expect(serve.outcomes(id)[0]).toMatch(/created|updated|unchanged/);
    expect(await emails(sandbox)).toEqual(['ann@example.org']);
    const reasons = serve.log
      .filter((line) => line.msg.startsWith('delivery paused'))
      .map((line) => line['reason']);
    expect(reasons).toEqual(paused === undefined ? [] : [paused]);
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);
  });

  it('a stall of 30 s: delivery waits, and the contact is created once', {
    timeout: 120_000,
  }, async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { stallMs: 30_000 } });
    const { id } = await signUp(sandbox, serve, 'ann');
    await settledAs(serve, id, 'created');
    expect(await emails(sandbox)).toEqual(['ann@example.org']);
  });

  it('the credits of the day used up: delivery rests, webhooks are taken in', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { tooMany: 'credits' } });
    const { id } = await signUp(sandbox, serve, 'ann');
    const pause = await serve.logged((line) => line['reason'] === 'credits');
    expect(pause['for_ms']).toBe(15 * 60 * 1_000);
    await signUp(sandbox, serve, 'bob');
    expect(serve.outcomes(id)).toEqual([]);
    expect(serve.rows('SELECT count(*) AS n FROM outbox')).toEqual([{ n: 2 }]);
  });

  it('an email changed while the first insert was in doubt causes no second contact', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' } });
    const identity = await signUp(sandbox, serve, 'ann');
    await serve.logged((line) => line['reason'] === 'network');
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { email: 'ann.lee@example.org', name: 'ann' },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(identity.id).length > 0);
    expect(await emails(sandbox)).toEqual(['ann.lee@example.org']);
  });

  it('the possible values of an update in doubt are overwritten, even if the user has changed back', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const identity = await signUp(sandbox, serve, 'ann');
    await settledAs(serve, identity.id, 'created');
    await sandbox.control.addFault({ on: { operation: 'update' }, effect: { cut: 'after_commit' } });
    const rename = async (name: string) =>
      serve.send(
        await sandbox.control.updateIdentity(identity.id, { traits: { email: 'ann@example.org', name } }),
        'settings',
      );
    await rename('wrong');
    await serve.logged((line) => line['reason'] === 'network');
    await rename('ann');
    await eventually(() => serve.outcomes(identity.id).length === 2);
    expect((await sandbox.control.contacts())[0]?.fields['Last_Name']).toBe('ann');
  });
});

describe('a batch with several answers', () => {
  async function twoAtOnce(sandbox: Sandbox, serve: ServeProcess) {
    const names = ['good', 'bad'] as const;
    const [good, bad] = await Promise.all(
      names.map((name) => sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } })),
    );
    if (good === undefined || bad === undefined) throw new Error('no identities');
    // Both wait for Zoho, so that they leave in one batch.
    await sandbox.control.setDown(true);
    await signUp(sandbox, serve, 'first');
    await serve.logged((line) => line['reason'] === 'zoho_unavailable');
    await Promise.all([serve.send(good, 'registration'), serve.send(bad, 'registration')]);
    return { good, bad };
  }

  it.each([
    [207, 'v8'],
    [200, 'v2'],
  ])(
    '%i, as API %s answers it: the good one goes through, the bad one fails with its reason',
    async (status, version) => {
      const sandbox = await aSandbox();
      const serve = await aServe(sandbox, {
        variables: { ZOHO_API_BASE_URL: sandbox.zoho.apiBaseUrl(version) },
      });
      const { good, bad } = await twoAtOnce(sandbox, serve);
      await sandbox.control.addFault({
        times: 'always',
        effect: { refuseField: { apiName: 'Email', code: 'INVALID_DATA', containing: 'bad@' } },
      });
      await sandbox.control.setDown(false);
      await eventually(() => serve.outcomes(bad.id).length > 0 && serve.outcomes(good.id).length > 0);
      expect(serve.outcomes(good.id)).toEqual(['created']);
      expect(serve.outcomes(bad.id)).toEqual(['failed zoho_invalid_data']);
      const statuses = (await sandbox.control.requests('upsert')).map((request) => request.status);
      expect(statuses).toContain(status);
    },
  );

  it('202 with a refused record is a refusal', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { status202: true, refuseField: { apiName: 'Email', code: 'INVALID_DATA' } },
    });
    const { id } = await signUp(sandbox, serve, 'ann');
    await settledAs(serve, id, 'failed zoho_invalid_data');
    expect((await sandbox.control.requests('upsert')).map((request) => request.status)).toEqual([202]);
  });

  it('a short data[]: halved until each has its own answer, and no contact is doubled', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const { good, bad } = await twoAtOnce(sandbox, serve);
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { shortData: 1 } });
    await sandbox.control.setDown(false);
    await eventually(() => serve.outcomes(bad.id).length > 0 && serve.outcomes(good.id).length > 0);
    expect(await emails(sandbox)).toEqual(['bad@example.org', 'first@example.org', 'good@example.org']);
  });

  it('a poison record is narrowed down, and its neighbours go through', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'upsert', containing: 'poison@' },
      times: 'always',
      effect: { status: 500, body: '{}' },
    });
    const poison = await signUp(sandbox, serve, 'poison');
    await serve.logged((line) => line['reason'] === 'zoho_unavailable');
    for (let index = 0; index < 12; index += 1) {
      const { id } = await signUp(sandbox, serve, `neighbour${index}`);
      await settledAs(serve, id, 'created');
    }
    await eventually(() => Number(serve.rows('SELECT strikes FROM outbox')[0]?.['strikes']) >= 2);
    expect(serve.outcomes(poison.id)).toEqual([]);

    // After ten strikes over more than an hour, alone in its batch, this record must be the cause.
    serve.change('UPDATE outbox SET strikes = 10, first_strike_at = first_strike_at - 3600001, due_at = 0');
    await settledAs(serve, poison.id, 'failed zoho_error');
    expect(await emails(sandbox)).toHaveLength(12);
  });

  it('a locked record comes later, without holding up others', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann');
    await settledAs(serve, ann.id, 'created');
    const [contact] = await sandbox.control.contacts();
    await sandbox.control.setRecordState(contact?.id ?? '', 'locked');
    const traits = { email: 'ann@example.org', name: 'Anna' };
    await serve.send(await sandbox.control.updateIdentity(ann.id, { traits }), 'settings');
    await eventually(() => Number(serve.rows('SELECT attempts FROM outbox')[0]?.['attempts']) === 1);
    const bob = await signUp(sandbox, serve, 'bob');
    await settledAs(serve, bob.id, 'created');
    await sandbox.control.setRecordState(contact?.id ?? '', 'free');
    serve.change('UPDATE outbox SET due_at = 0');
    await eventually(() => serve.outcomes(ann.id).length === 2);
    expect((await sandbox.control.contact(contact?.id ?? ''))?.fields['Last_Name']).toBe('Anna');
  });
});

describe('a broken connection', () => {
  it('invalid_code: the log says so, intake goes on, and a new refresh token in .env heals it without a restart', async () => {
    const sandbox = await aSandbox();
    const { writeFileSync } = await import('node:fs');
    const { newFolder } = await import('../processes/serve-process.ts');
    const folder = newFolder();
    const dead = await sandbox.control.issueRefreshToken();
    writeFileSync(`${folder}/.env`, `ZOHO_REFRESH_TOKEN="${dead}"\n`);
    await sandbox.control.revokeRefreshToken(dead);
    const serve = await aServe(sandbox, { folder, variables: { ZOHO_REFRESH_TOKEN: '' } });
    const { id } = await signUp(sandbox, serve, 'ann');
    await serve.logged((line) => line['reason'] === 'token_dead');
    await signUp(sandbox, serve, 'bob');
    writeFileSync(`${folder}/.env`, `ZOHO_REFRESH_TOKEN="${sandbox.zoho.refreshToken}"\n`);
    await settledAs(serve, id, 'created');
  });

  it('a refresh token that was refused once is tried again by doctor, at a start, and after an hour', async () => {
    const sandbox = await aSandbox();
    const refused = { status: 200, body: '{"error":"invalid_code"}' };
    const refuse = () => sandbox.control.addFault({ on: { operation: 'token' }, effect: refused });
    await refuse();
    const first = await aServe(sandbox);
    const ann = await signUp(sandbox, first, 'ann');
    await first.logged((line) => line['reason'] === 'token_dead');
    first.change(
      `UPDATE token SET value = json_set(value, '$.deadAt', json_extract(value, '$.deadAt') - 3600000)`,
    );
    await settledAs(first, ann.id, 'created');
    await first.stop();

    const { folder } = first;
    const forget = `UPDATE token SET value = json_set(value, '$.sealed', null, '$.expiresAt', 0, '$.dead', 'invalid_code')`;
    first.change(forget);
    expect((await diagnose(sandbox, { folder })).of('token')).toEqual([
      expect.stringMatching(/^ok Zoho gives one/),
    ]);
    first.change(forget);
    const again = await aServe(sandbox, { folder });
    const bob = await signUp(sandbox, again, 'bob');
    await settledAs(again, bob.id, 'created');
  });

  it('Access Denied on the token: waits ten minutes and does not ask again before', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'token' },
      times: 'always',
      effect: {
        status: 400,
        body: '{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}',
      },
    });
    await signUp(sandbox, serve, 'ann');
    const pause = await serve.logged((line) => line['reason'] === 'token_throttled');
    expect(Number(pause['for_ms'])).toBeGreaterThanOrEqual(10 * 60 * 1_000);
    expect((await sandbox.control.counters()).calls['token']).toBe(1);
  });

  it('no COQL scope: the upsert decides, and on-create fields follow', async () => {
    const sandbox = await aSandbox({
      scopes: ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.settings.fields.READ'],
    });
    const serve = await aServe(sandbox);
    await sandbox.control.putContact(null, { Email: 'bob@example.org', Last_Name: 'Builder' });
    const ann = await signUp(sandbox, serve, 'ann');
    await settledAs(serve, ann.id, 'created');
    const bob = await signUp(sandbox, serve, 'bob');
    await settledAs(serve, bob.id, 'updated');
    expect(await emails(sandbox)).toEqual(['ann@example.org', 'bob@example.org']);
  });

  it('a missing scope for writes pauses delivery and fails no row', async () => {
    const sandbox = await aSandbox({ scopes: ['ZohoCRM.coql.READ', 'ZohoCRM.modules.contacts.READ'] });
    const serve = await aServe(sandbox);
    await signUp(sandbox, serve, 'ann');
    await serve.logged((line) => line['reason'] === 'scope');
    expect(serve.rows('SELECT state FROM outbox')).toEqual([{ state: 'waiting' }]);
  });

  it('a field list that Zoho never answers does not keep serve from ending', async () => {
    const sandbox = await aSandbox();
    const held = await sandbox.control.addFault({
      on: { operation: 'fields' },
      effect: { hold: 'before_commit' },
    });
    const serve = await aServe(sandbox);
    await signUp(sandbox, serve, 'ann');
    await sandbox.control.waitForHeld(held);
    expect(await serve.stop()).toBe(0);
    expect(serve.rows('SELECT state, lease_token FROM outbox')).toEqual([
      { state: 'waiting', lease_token: null },
    ]);
  });

  it('a repaired connection counts as fine although there is nothing left to send to Zoho', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.setDown(true);
    const ann = await signUp(sandbox, serve, 'ann');
    await serve.logged((line) => line['reason'] === 'zoho_unavailable');
    serve.change("UPDATE outbox SET payload = '{}', kind = 'erase' WHERE identity_id = ?", ann.id);
    await sandbox.control.setDown(false);
    await serve.logged(({ msg }) => msg.includes('again') || msg.includes('resumed'));
    expect(await (await fetch(`${serve.url}/health`)).json()).toMatchObject({ zoho: 'ok' });
  });
});
