/** What a scan does with one identity that it has read: rules 25 and 26. Pure. */
import type { Event, Priority } from '../../model/event.ts';
import { priorityOf } from '../../model/event.ts';
import type { Identity } from '../../model/identity.ts';
import type { Outcome } from '../../model/outcome.ts';
import { createdAtMicros, updatedAtMicros, verifiedCount } from '../../ory/identity/identity-version.ts';
import { lastOutcome } from '../../store/scan/standing.ts';
import type { Standing } from '../../store/scan/standing.ts';
import type { ScanKind } from '../../store/scan/run.ts';
import type { ScanOptions } from './scan-options.ts';

export type ScanStep =
  /** Nothing has changed. It counts as its last outcome. */
  | { readonly do: 'count'; readonly outcome: Outcome; readonly reason: string | null }
  | { readonly do: 'put'; readonly event: Event; readonly priority: Priority }
  /** The scan is not about this identity. */
  | { readonly do: 'pass' };

export interface CompareRules {
  readonly kind: ScanKind;
  readonly options: ScanOptions;
  readonly mappingHash: string;
  /** When the store was made, in ms since 1970. */
  readonly bornAt: number;
  /** HMAC of an identity's content, as the ledger stores it. */
  readonly contentHash: (identity: Identity) => string;
  /** Whether all identities may be put in: a backfill is running, or one has finished before. */
  readonly invited: boolean;
}

/** Rule 26: Ory's clock may be behind the store's. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** @param known what the ledger has about it; undefined if nothing */
export function stepOf(identity: Identity, known: Standing | undefined, rules: CompareRules): ScanStep {
  const { options, kind } = rules;
  const version = updatedAtMicros(identity);
  if (options.schema !== null && identity.schema_id !== options.schema) return { do: 'pass' };
  if (options.since !== null && (version ?? 0) < options.since) return { do: 'pass' };

  if (known?.erased === true) return { do: 'count', ...lastOutcome(known) };
  const same = known?.version === version && version !== null && known.verified === verifiedCount(identity);
  if (
    same &&
    isMapped(known, rules) &&
    !known.lacksId &&
    !known.mixedUp &&
    !known.pending &&
    !known.deleted &&
    !options.verify &&
    // Last, because it costs most: `updated_at` never moves in Ory Kratos 1.0 to 1.3.1 (ory/kratos#4131).
    known.contentHash === rules.contentHash(identity)
  ) {
    return { do: 'count', ...lastOutcome(known) };
  }
  return kind === 'backfill' ? backfilled(known, options) : reconciled(identity, version, known, rules);
}

/**
 * A backfill brings the contacts to the mapping in use. For a reconcile, another mapping alone is no change.
 */
function isMapped(known: Standing, { kind, mappingHash }: CompareRules): boolean {
  return kind === 'backfill' ? known.mappingHash === mappingHash : known.mappingHash !== null;
}

function backfilled(known: Standing | undefined, { workflows }: ScanOptions): ScanStep {
  const change = known === undefined ? 'registration' : 'settings';
  return { do: 'put', event: workflows ? change : 'backfill', priority: priorityOf('backfill') };
}

function reconciled(
  identity: Identity,
  version: number | null,
  known: Standing | undefined,
  { bornAt, invited }: CompareRules,
): ScanStep {
  const priority = priorityOf('reconcile');
  if (known !== undefined) return { do: 'put', event: 'reconcile', priority };
  const since = (bornAt - CLOCK_SKEW_MS) * 1_000;
  // It was created while we were running, but is unknown. Its webhook was lost, and its workflows did not
  // run.
  if ((createdAtMicros(identity) ?? 0) >= since) return { do: 'put', event: 'registration', priority };
  return invited || (version ?? 0) >= since ? { do: 'put', event: 'reconcile', priority } : { do: 'pass' };
}
