import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Identity } from '../../src/model/identity.ts';
import type { Report } from '../../src/model/report.ts';
import { openStore } from '../../src/store/open.ts';
import { countOutbox } from '../../src/store/outbox/count.ts';
import { Intake } from '../../src/sync/intake/intake.ts';

async function anIntake({ keepsSignIn = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-intake-'));
  const path = join(folder, 'store.db');
  const store = await openStore(`sqlite:${path}`);
  const other = new DatabaseSync(path, { timeout: 10_000 });
  onTestFinished(async () => {
    other.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  const reports: Report[] = [];
  let commits = 0;
  const intake = new Intake({
    keepsSignIn,
    store,
    rules: { mappingHash: 'mapping', adminReads: false },
    report: (one) => void reports.push(one),
    wake: () => void (commits += 1),
  });
  return { store, other, intake, reports, commits: () => commits };
}

function person(number: number, traits: { [name: string]: string } = {}): Identity {
  return {
    id: `0f1c2d3e-0000-4000-8000-${String(number).padStart(12, '0')}`,
    traits: { email: `person${number}@example.com`, ...traits },
    updated_at: '2026-11-24T10:00:00Z',
  };
}

const people = (count: number) => Array.from({ length: count }, (_, number) => person(number));

describe('Rule 30: intake', () => {
  test('answers once the identity is committed, and reports the result', async () => {
    const { store, other, intake, reports } = await anIntake();
    expect(await intake.put(person(1), 'registration')).toBe('put');
    expect(other.prepare('SELECT identity_id FROM outbox').all()).toMatchObject([
      { identity_id: person(1).id },
    ]);
    expect(await intake.put(person(1), 'registration')).toBe('same');
    expect(reports).toMatchObject([
      { what: 'put', result: 'put', event: 'registration' },
      { what: 'put', result: 'same' },
    ]);
    expect((await countOutbox(store)).due).toBe(1);
  });

  test('a login that only changes its time is the same data, unless the mapping uses that time', async () => {
    const login = { ...person(1), signed_in_at: '2026-11-24T11:00:00Z' };
    const { intake } = await anIntake();
    await intake.put(person(1), 'registration');
    expect(await intake.put(login, 'login')).toBe('same');
    const asking = await anIntake({ keepsSignIn: true });
    await asking.intake.put(person(1), 'registration');
    expect(await asking.intake.put(login, 'login')).toBe('put');
  });

  test('identities of one turn share a transaction, up to 100', async () => {
    const { intake, commits } = await anIntake();
    await Promise.all(people(100).map((one) => intake.put(one, 'registration')));
    expect(commits()).toBe(1);
    await Promise.all(people(250).map((one) => intake.put(one, 'registration')));
    expect(commits()).toBe(4);
  });

  test('duplicates in one turn are merged, and each one gets its answer', async () => {
    const { store, intake } = await anIntake();
    const changed = {
      ...person(1),
      updated_at: '2026-11-24T11:00:00Z',
      traits: { email: 'new@example.com' },
    };
    const all = [person(1), person(2), changed, person(1), changed];
    const results = await Promise.all(all.map((one) => intake.put(one, 'settings')));
    expect(results).toEqual(['put', 'put', 'put', 'older', 'same']);
    expect((await countOutbox(store)).due).toBe(2);
  });

  test('while 1,000 wait, more are turned away at once; the 1,000 are served, and then there is room', async () => {
    const { store, intake } = await anIntake();
    const all = people(1_010).map((one) => intake.put(one, 'registration'));
    const settled = await Promise.allSettled(all);
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ reason: { kind: 'busy' } });
    expect((await countOutbox(store)).due).toBe(1_000);
    expect(await intake.put(person(5_000), 'registration')).toBe('put');
  });

  test('a request is turned away if more than 16 MB would wait, counted in bytes', async () => {
    const { intake } = await anIntake();
    // A little under 1 MB each in UTF-8, a third of that in characters.
    const bio = '漢'.repeat(330_000);
    const all = Array.from({ length: 20 }, (_, number) =>
      intake.put(person(number, { bio }), 'registration'),
    );
    const settled = await Promise.allSettled(all);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(settled.at(-1)).toMatchObject({ status: 'rejected', reason: { kind: 'busy' } });
  });

  test('a busy store turns away the whole group, and nothing is stored', async () => {
    const { store, other, intake } = await anIntake();
    other.exec('BEGIN IMMEDIATE');
    const settled = await Promise.allSettled(people(3).map((one) => intake.put(one, 'registration')));
    other.exec('ROLLBACK');
    expect(settled).toMatchObject(settled.map(() => ({ status: 'rejected', reason: { kind: 'busy' } })));
    expect((await countOutbox(store)).due).toBe(0);
    expect(await intake.put(person(1), 'registration')).toBe('put');
  });

  test('one that cannot be stored does not fail the others: the members of a failed group are tried one by one', async () => {
    const { store, other, intake } = await anIntake();
    other.exec(`CREATE TRIGGER poison BEFORE INSERT ON outbox WHEN NEW.identity_id = '${person(2).id}'
                BEGIN SELECT RAISE(ABORT, 'poison'); END`);
    const settled = await Promise.allSettled(people(5).map((one) => intake.put(one, 'registration')));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((await countOutbox(store)).due).toBe(4);
  });

  test('rule 31: an identity of any shape is taken in', async () => {
    const { intake } = await anIntake();
    const odd: Identity[] = [
      { id: person(1).id },
      { ...person(2), traits: null },
      { ...person(3), traits: ['a', 1, { b: null }] },
      { ...person(4), traits: { email: 42, name: 'a\u0000b\ud800' } },
      { ...person(5), updated_at: 'yesterday', verifiable_addresses: 'none' },
    ];
    const results = await Promise.all(odd.map((one) => intake.put(one, 'settings')));
    expect(results).toEqual(odd.map(() => 'put'));
  });
});
