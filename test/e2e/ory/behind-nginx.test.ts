import { afterEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startHeaderLimitProxy } from '../../header-limit-proxy.ts';
import type { HeaderLimitProxy } from '../../header-limit-proxy.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const proxies: HeaderLimitProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) {
    expect(proxy.tooLong()).toBe(0);
    await proxy.close();
  }
});

/** @returns what makes a command reach the sandbox's Ory through a proxy that allows 4 KiB of headers */
async function behindNginx(sandbox: Sandbox): Promise<{ ORY_ADMIN_URL: string }> {
  const proxy = await startHeaderLimitProxy(sandbox.ory.adminUrl);
  proxies.push(proxy);
  return { ORY_ADMIN_URL: proxy.url };
}

async function signUpMany(sandbox: Sandbox, count: number) {
  const names = Array.from({ length: count }, (_, index) => `user${index}`);
  return Promise.all(
    names.map((name) => sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } })),
  );
}

describe("Ory's admin API behind a proxy that allows 4 KiB of headers", () => {
  it('sync reads 100 identities by id', async () => {
    const sandbox = await aSandbox();
    const people = await signUpMany(sandbox, 100);
    const variables = await behindNginx(sandbox);
    const ids = people.flatMap(({ id }) => ['--id', id]);
    const { code, lines, stderr } = await sync(sandbox, ids, { folder: newFolder(), variables });
    expect([code, lines.length], stderr).toEqual([0, 100]);
    expect(await sandbox.control.contacts()).toHaveLength(100);
  });

  it('serve reads a round of 100 hints (rule 5)', async () => {
    const sandbox = await aSandbox();
    const people = await signUpMany(sandbox, 100);
    const variables = await behindNginx(sandbox);
    // All of them wait while Ory cannot be reached, so one round has to read them all.
    await sandbox.pause();
    const first = await aServe(sandbox, { ory: true, variables });
    for (const { id, traits } of people) await first.send({ id, ...(traits && { traits }) }, 'registration');
    await first.stop();
    await sandbox.resume();
    const second = await aServe(sandbox, { ory: true, variables, folder: first.folder });
    await eventually(async () => (await sandbox.control.contacts()).length === 100);
    expect(second.log.filter(({ msg }) => msg.includes('502'))).toEqual([]);
  });

  it('backfill --prune asks for 120 identities that the scan has not seen', async () => {
    const sandbox = await aSandbox();
    const people = await signUpMany(sandbox, 130);
    const variables = await behindNginx(sandbox);
    const { folder } = await runBackfill(sandbox, [], { variables });
    await Promise.all(people.slice(0, 120).map(({ id }) => sandbox.control.deleteIdentity(id)));
    const args = ['--prune', '--yes', '--force'];
    const { code, last, stderr } = await runBackfill(sandbox, args, { folder, variables });
    expect([code, last?.['gone']], stderr).toEqual([0, 120]);
  });
});
