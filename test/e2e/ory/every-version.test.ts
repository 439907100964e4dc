import { expect, it } from 'vitest';
import { z } from 'zod';
import { runBackfill } from '../processes/backfill-process.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const VERSIONS = ['v1.0.0', 'v1.1.0', 'v1.3.1', 'v25.4.0', 'v26.2.0', 'master', undefined] as const;
const named = (email: string, last: string) => ({ email, name: { last } });

it.each(VERSIONS)(
  'webhooks, sync, backfill, prune and doctor work with Ory version %s',
  async (oryVersion) => {
    const sandbox = await aSandbox({
      identities: 600,
      oryDefaultSchema: 'preset://basic',
      ...(oryVersion !== undefined && { oryVersion }),
    });
    const { control } = sandbox;
    const { folder, last } = await runBackfill(sandbox);
    expect(last).toMatchObject({ read: 600, created: 600, failed: 0 });

    const serve = await aServe(sandbox, { folder, ory: true, variables: { RECONCILE_INTERVAL: '0' } });
    const ann = await control.createIdentity({ traits: named('Ann@Example.org', 'Lee') });
    await serve.send(ann, 'registration');
    await eventually(() => serve.outcomes(ann.id).length === 1);
    const changed = await control.updateIdentity(ann.id, { traits: named('Ann@Example.org', 'Ray') });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(ann.id).length === 2);
    expect(serve.outcomes(ann.id)).toEqual(['created', 'updated']);
    await serve.stop();

    const bob = await control.createIdentity({ traits: named('bob@example.org', 'Ng') });
    const synced = await sync(sandbox, ['bob@example.org', '--id', ann.id], { folder });
    expect(synced.lines.map(({ identity_id, action }) => [identity_id, action])).toEqual([
      [ann.id, 'unchanged'],
      [bob.id, 'created'],
    ]);

    await control.deleteIdentity(bob.id);
    const pruned = await runBackfill(sandbox, ['--prune', '--yes'], { folder });
    expect(pruned.last).toMatchObject({ read: 601, unchanged: 601, gone: 1, pruned: 1 });
    // The default of a project of Ory Network may be eventual consistency, which the sandbox does not have.
    const lists = (await control.requests('ory_list')).filter(({ path }) =>
      path.startsWith('/admin/identities'),
    );
    expect(lists.filter(({ path }) => !path.includes('consistency=strong'))).toEqual([]);
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('ory')).toEqual([expect.stringMatching(/^ok /)]);
    expect(z.number().parse((await control.counters()).contacts['Contacts'])).toBe(601);
  },
);
