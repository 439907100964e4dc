import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const PEOPLE = ['ann', 'bob', 'eve'];
const EMAILS = PEOPLE.map((name) => `${name}@example.org`);

const errorOf = (code: string, details: object = {}) => ({
  code,
  details,
  message: `it is ${code}`,
  status: 'error',
});

/** Zoho answers so, with each record's item under `data`. */
const items = (...data: object[]) => ({ status: 400, body: JSON.stringify({ data }) });

async function aSandboxWithPeople(active = true) {
  const sandbox = await aSandbox();
  const ids: string[] = [];
  for (const email of EMAILS) {
    const { id } = await sandbox.control.createIdentity({ traits: { email, name: email, active } });
    ids.push(id);
  }
  return { sandbox, ids };
}

/** What `sync` of all three says, in their order, and on stderr. */
async function syncAll(sandbox: Sandbox, folder = newFolder(), wait = '30') {
  const { lines, stderr } = await sync(sandbox, [...EMAILS, '--wait', wait], { folder });
  const of = (email: string) => lines.find((line) => line.email === email);
  return { results: EMAILS.map(of), actions: EMAILS.map((email) => of(email)?.action), stderr };
}

describe('rule 14: Zoho refuses a batch of three upserts', () => {
  it('with a refused value among refusals of the call: only that record fails', async () => {
    const { sandbox } = await aSandboxWithPeople();
    const storage = errorOf('STORAGE_SPACE_EXCEEDED');
    const email = { api_name: 'Email', json_path: '$.data[1].Email' };
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: items(storage, errorOf('INVALID_DATA', email), storage),
    });
    const { results, actions, stderr } = await syncAll(sandbox);
    expect(actions.toSorted()).toEqual(['created', 'created', 'failed']);
    expect(results.find((result) => result?.action === 'failed')).toMatchObject({
      reason: 'zoho_invalid_data',
    });
    expect(stderr).toContain('STORAGE_SPACE_EXCEEDED');
  });

  it('with a single item: it names the cause, pauses, and none fails', async () => {
    const { sandbox } = await aSandboxWithPeople();
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: items(errorOf('CANNOT_PROCESS')),
    });
    const { actions, stderr } = await syncAll(sandbox);
    expect(actions).toEqual(['created', 'created', 'created']);
    expect(stderr).toContain('CANNOT_PROCESS');
  });
});

const MAPPING = (otherwise: string) => `
when: traits.active
otherwise: ${otherwise}
fields: { Email: email, Last_Name: last_name }
`;

/** Three identities with contacts, which the mapping excludes by now. */
async function aSandboxWithExcluded(otherwise: 'tag' | 'delete') {
  const { sandbox, ids } = await aSandboxWithPeople();
  const folder = newFolder();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), MAPPING(otherwise));
  const made = await syncAll(sandbox, folder);
  expect(made.actions).toEqual(['created', 'created', 'created']);
  for (const [index, id] of ids.entries()) {
    const email = EMAILS[index] ?? '';
    await sandbox.control.updateIdentity(id, { traits: { email, name: email, active: false } });
  }
  return { sandbox, folder, made };
}

describe('rule 14: Zoho refuses three contacts at once, because of one of them', () => {
  it.each(['tag', 'delete'] as const)(
    'otherwise: %s fails for that one with its cause',
    async (operation) => {
      const { sandbox, folder, made } = await aSandboxWithExcluded(operation);
      await sandbox.control.addFault({
        on: { operation, containing: made.results[2]?.contact_id ?? '' },
        times: 'always',
        effect: { status: 400, body: JSON.stringify(errorOf('CANNOT_PERFORM_ACTION')) },
      });
      const { actions, results } = await syncAll(sandbox, folder);
      expect(actions).toEqual(['skipped', 'skipped', 'failed']);
      expect(results[2]).toMatchObject({ reason: 'zoho_cannot_perform_action' });
    },
  );
});

it('rule 14: if Zoho refuses all deletions, none of them fails, and the pause has the cause', async () => {
  const { sandbox, folder } = await aSandboxWithExcluded('delete');
  const fault = await sandbox.control.addFault({
    on: { operation: 'delete' },
    times: 'always',
    effect: { status: 400, body: JSON.stringify(errorOf('CANNOT_PROCESS')) },
  });
  const { actions, stderr } = await syncAll(sandbox, folder, '5');
  expect(actions).toEqual(['queued', 'queued', 'queued']);
  expect(stderr).toContain('CANNOT_PROCESS');
  await sandbox.control.removeFault(fault);
  expect((await syncAll(sandbox, folder)).actions).toEqual(['skipped', 'skipped', 'skipped']);
});
