import { Reconcile } from '../../sync/scan/reconcile.ts';
import type { Serving } from './serving.ts';

/**
 * @param holder the process that it runs in
 * @returns undefined if reconcile is off or there is no admin API to read from
 */
export function reconcileOf(
  { config, parts, delivering, delivery, turnedAway }: Serving,
  holder: string,
): Reconcile | undefined {
  const { store, ory, mapping } = parts;
  const { reconcileMs, oryIdField } = config;
  if (ory === undefined || reconcileMs === 0) return undefined;
  const { report, reserved } = delivering.context;
  const context = {
    store,
    ory,
    mappingHash: mapping.hash,
    oryIdField,
    report,
    reserved,
    wake: () => delivery.wake(),
    patienceMs: Number.POSITIVE_INFINITY,
  };
  return new Reconcile(context, {
    holder,
    intervalMs: reconcileMs,
    deleted: mapping.contactRules.deleted,
    turnedAway,
  });
}
