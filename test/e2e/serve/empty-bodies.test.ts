import { describe, expect, it } from 'vitest';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { SECRET, eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

/**
 * What Ory sends for another identity after one with large traits (ory/kratos,
 * oryx/jsonnetsecure/jsonnet_pool.go).
 */
async function sendEmpty(serve: ServeProcess, secret = SECRET): Promise<unknown> {
  const answer = await fetch(`${serve.url}/zoho/sync-contact?event=registration`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
    body: '',
  });
  const { error } = JSON.parse(await answer.text());
  return [answer.status, error.code];
}

const counted = (serve: ServeProcess) => serve.rows('SELECT empty_bodies AS n FROM store')[0]?.['n'];
const begun = (serve: ServeProcess) => serve.log.filter(({ msg }) => msg === 'reconcile begins').length;

/** Changes the store as if this time had passed since the last empty body. */
function quietFor(serve: ServeProcess, seconds: number): void {
  serve.change(
    `UPDATE store SET empty_body_at = empty_body_at - ${seconds}000, empty_since = empty_since - ${seconds}000`,
  );
}

async function statusOf(serve: ServeProcess, variables: Record<string, string>) {
  const all = { folder: serve.folder, variables };
  const [json, text] = [await runCommand(['status', '--json'], all), await runCommand(['status'], all)];
  return { report: JSON.parse(json.stdout), text: text.stdout };
}

describe('a webhook with an empty body (rule 27)', () => {
  it('is answered 400, and the sign-up behind it is in Zoho within a minute', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const lost = await sandbox.control.createIdentity({
      traits: { email: 'lost@example.org', name: 'Lost' },
    });
    expect(await sendEmpty(serve)).toEqual([400, 'empty_body']);
    await eventually(() => serve.outcomes(lost.id).length > 0);
    expect(await sandbox.control.contacts()).toMatchObject([{ fields: { Last_Name: 'Lost' } }]);
  });

  it('is counted in the store, and status, doctor and the metric say what is lost and what was found', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const variables = connectionTo(sandbox, serve.folder);
    expect((await statusOf(serve, variables)).report.empty_bodies).toEqual({
      count: 0,
      last_at: null,
      unhealed: false,
    });
    for (let one = 0; one < 3; one += 1) await sendEmpty(serve);
    await eventually(() => counted(serve) === 3);
    const lost = await statusOf(serve, variables);
    expect(lost.report.empty_bodies).toEqual({
      count: 3,
      last_at: expect.stringMatching(/Z$/),
      unhealed: true,
    });
    expect(lost.text).toMatch(/^Lost +3 webhooks without a body, .*events of some identities are lost/m);
    expect((await diagnose(sandbox, { folder: serve.folder })).of('empty_bodies').join()).toMatch(
      /^warn 3 webhooks came without a body.*lost until.*Large traits/,
    );
    expect(await (await fetch(`${serve.url}/metrics`)).text()).toContain('ory_zoho_empty_bodies_total 3');

    quietFor(serve, 10);
    await serve.logged(({ msg }) => msg === 'reconcile is done');
    const found = await statusOf(serve, variables);
    expect(found.report.empty_bodies).toMatchObject({ count: 3, unhealed: false });
    expect(found.text).toMatch(/^Lost +3 webhooks .*; a scan has read all identities since/m);
    expect((await diagnose(sandbox, { folder: serve.folder })).of('empty_bodies').join()).toContain(
      'a scan has read all identities since',
    );
  });

  it('a stream of them does not cause endless scans: the next scan comes after a rest', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    await sendEmpty(serve);
    await eventually(() => counted(serve) === 1);
    quietFor(serve, 10);
    await serve.logged(({ msg }) => msg === 'reconcile is done');
    const rest = 'SELECT empty_rest_until - empty_body_at - 10000 AS ms FROM store';
    expect(Number(serve.rows(rest)[0]?.['ms'])).toBeGreaterThan(4 * 60_000);

    await sendEmpty(serve);
    await eventually(() => counted(serve) === 2);
    quietFor(serve, 60);
    const looked = sandbox.control.requests('ory_list');
    // serve looks each second. A new heartbeat shows that it has looked.
    const beats = () => Number(serve.rows('SELECT MAX(beat_at) AS at FROM process')[0]?.['at']);
    const before = beats();
    await eventually(() => beats() > before + 2_500);
    expect(begun(serve)).toBe(1);
    expect(await sandbox.control.requests('ory_list')).toHaveLength((await looked).length);

    serve.change('UPDATE store SET empty_rest_until = 1');
    await eventually(() => begun(serve) === 2);
    await eventually(
      () => serve.rows('SELECT 1 FROM store WHERE empty_gap IS NULL AND empty_since IS NULL').length > 0,
    );
  });

  it('survives a serve that is killed: the next one looks for the lost events', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox, { ory: true });
    const lost = await sandbox.control.createIdentity({ traits: { email: 'lost@example.org' } });
    await sendEmpty(first);
    await eventually(() => counted(first) === 1);
    await first.kill();
    quietFor(first, 10);
    const second = await aServe(sandbox, { ory: true, folder: first.folder });
    await eventually(() => second.outcomes(lost.id).length > 0);
  });

  it('if serve makes no scans, a backfill finds the lost events, and status says so', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true, variables: { RECONCILE_INTERVAL: '0' } });
    await sendEmpty(serve);
    await eventually(() => counted(serve) === 1);
    const { folder } = await runBackfill(sandbox, [], { folder: serve.folder });
    const { report } = await statusOf(serve, connectionTo(sandbox, folder));
    expect(report.empty_bodies).toMatchObject({ count: 1, unhealed: false });
  });

  it('without the right secret is not counted', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    expect(await sendEmpty(serve, 'another-secret')).toEqual([401, 'unauthorized']);
    expect(await sendEmpty(serve)).toEqual([400, 'empty_body']);
    await eventually(() => counted(serve) === 1);
  });
});
