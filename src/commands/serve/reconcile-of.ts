import type { ServeConfig } from '../../config/serve-config.ts';
import type { Reporter } from '../../model/report.ts';
import { Reconcile } from '../../sync/scan/reconcile.ts';
import type { TurnedAway } from '../../sync/turned-away.ts';
import type { Parts } from '../open-parts.ts';

/** What reconcile shares with the serve that it runs in. */
export interface ReconcileParts {
  /** The process that it runs in. */
  readonly holder: string;
  readonly report: Reporter;
  readonly wake: () => void;
  readonly reserved: () => boolean;
  readonly turnedAway: TurnedAway;
}

/** Undefined: it never runs, or there is no admin API to read from. */
export function reconcileOf(
  { reconcileMs, oryIdField }: ServeConfig,
  { store, ory, mapping }: Parts,
  { holder, turnedAway, ...shared }: ReconcileParts,
): Reconcile | undefined {
  if (ory === undefined || reconcileMs === 0) return undefined;
  const patienceMs = Number.POSITIVE_INFINITY;
  const context = { ...shared, store, ory, mappingHash: mapping.hash, oryIdField, patienceMs };
  return new Reconcile(context, { holder, intervalMs: reconcileMs, deleted: mapping.deleted, turnedAway });
}
