import { describe, expect, test } from 'vitest';
import { batches } from './batches.ts';
import type { Outgoing } from './batches.ts';

type Change = Partial<Pick<Outgoing<number>, 'trigger' | 'limit'>> & { matchBy?: string[] };

function insert(item: number, { matchBy = ['Email'], ...change }: Change = {}): Outgoing<number> {
  const plan = { do: 'insert', fields: {}, matchBy, afterwards: {}, afterInsert: {} } as const;
  return { item, plan, trigger: ['workflow'], limit: 100, ...change };
}

function update(item: number, change: Change = {}): Outgoing<number> {
  return { ...insert(item, change), plan: { do: 'update', contactId: String(item), fields: {} } };
}

const itemsOf = (outgoing: Outgoing<number>[]) =>
  batches(outgoing).map(({ records }) => records.map(({ item }) => item));
const many = (count: number) => Array.from({ length: count }, (_, item) => insert(item));

describe('Rule 15: what may go into one call', () => {
  test('no records make no batch', () => {
    expect(batches([])).toEqual([]);
  });

  test('upserts and updates are separate, in their order', () => {
    expect(itemsOf([insert(1), update(2), insert(3)])).toEqual([[1, 3], [2]]);
    expect(batches([insert(1), update(2)]).map(({ operation }) => operation)).toEqual(['upsert', 'update']);
  });

  test('a record that should match no contact is inserted, apart from upserts', () => {
    const made = batches([insert(1, { matchBy: [] }), insert(2)]);
    expect(made.map(({ operation, records }) => [operation, records.length])).toEqual([
      ['insert', 1],
      ['upsert', 1],
    ]);
  });

  test('different triggers are separate: a backfill must not run workflows', () => {
    const groups = batches([insert(1), insert(2, { trigger: [] })]);
    expect(groups.map(({ trigger }) => trigger)).toEqual([['workflow'], []]);
  });

  test('different keys are separate: an upsert has one list of duplicate_check_fields', () => {
    const groups = batches([insert(1, { matchBy: ['Ory_Id', 'Email'] }), insert(2)]);
    expect(groups.map(({ matchBy }) => matchBy)).toEqual([['Ory_Id', 'Email'], ['Email']]);
  });

  test('a batch has at most 100 records', () => {
    expect(batches(many(250)).map(({ records }) => records.length)).toEqual([100, 100, 50]);
  });

  test('suspects get their own batches, as small as they must be (rule 14)', () => {
    expect(itemsOf([insert(1), insert(2, { limit: 1 }), insert(3, { limit: 1 }), insert(4)])).toEqual([
      [1, 4],
      [2],
      [3],
    ]);
  });
});
