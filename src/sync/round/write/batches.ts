import { BATCH_AT_MOST } from '../../pace/pace.ts';
import type { WritePlan } from '../../decide/plan.ts';

/** One record to send, with everything that decides which batch it may join. */
export interface Outgoing<T> {
  readonly item: T;
  readonly plan: WritePlan;
  readonly trigger: readonly string[];
  /** The maximum size of its batch (rule 14). */
  readonly limit: number;
}

export interface Batch<T> {
  readonly operation: 'upsert' | 'insert' | 'update';
  readonly matchBy: readonly string[];
  readonly trigger: readonly string[];
  readonly records: readonly Outgoing<T>[];
}

/** Groups records by operation, keys, trigger and limit, with at most 100 in each batch (rule 15). */
export function batches<T>(outgoing: readonly Outgoing<T>[]): Batch<T>[] {
  const groups = Map.groupBy(outgoing, ({ plan, trigger, limit }) =>
    JSON.stringify([plan.do, plan.do === 'insert' ? plan.matchBy : [], trigger, limit]),
  );
  return [...groups.values()].flatMap(split);
}

function split<T>(records: readonly Outgoing<T>[]): Batch<T>[] {
  const first = records[0];
  if (first === undefined) return [];
  const size = Math.min(BATCH_AT_MOST, first.limit);
  const batch: Batch<T> = {
    operation: operationOf(first.plan),
    matchBy: first.plan.do === 'insert' ? first.plan.matchBy : [],
    trigger: first.trigger,
    records: records.slice(0, size),
  };
  return [batch, ...split(records.slice(size))];
}

function operationOf(plan: WritePlan): Batch<unknown>['operation'] {
  if (plan.do === 'update') return 'update';
  return plan.matchBy.length === 0 ? 'insert' : 'upsert';
}
