import type { Event } from './event.ts';
import type { IncompleteField } from './incomplete.ts';
import type { Failure, Outcome, PutResult, Reason } from './outcome.ts';
import type { PauseReason } from './pause.ts';

/** What happens on the way of the data, for the log, the metrics and the commands. No personal data. */
export type Report =
  | {
      readonly what: 'put';
      readonly identityId: string;
      readonly event: Event;
      readonly result: PutResult;
    }
  | {
      readonly what: 'settled';
      readonly identityId: string;
      readonly event: Event;
      readonly outcome: Outcome;
      readonly reason: Reason | null;
      readonly contactId: string | null;
      readonly fields: readonly string[];
      /** Fields that the contact went without: Zoho refused them, or the value does not fit. */
      readonly leftOut: readonly string[];
      /** Fields that are not as the mapping made them, and why; those of `leftOut` among them. */
      readonly incomplete: readonly IncompleteField[];
      /** From put to settle. */
      readonly latencyMs: number;
      readonly failure: Failure | null;
    }
  | {
      readonly what: 'batch';
      readonly operation: 'upsert' | 'insert' | 'update' | 'delete' | 'tag';
      readonly records: number;
      readonly identityIds: readonly string[];
      readonly ms: number;
    }
  | { readonly what: 'warning'; readonly identityId: string; readonly warning: string }
  /** So many wait for what only a person can give. */
  | { readonly what: 'put_aside'; readonly reason: 'needs_coql'; readonly identities: number }
  | { readonly what: 'paused'; readonly reason: PauseReason; readonly message: string; readonly ms: number }
  | { readonly what: 'resumed' }
  | { readonly what: 'reads_paused'; readonly reason: string; readonly message: string; readonly ms: number }
  /** Ory has answered a read; `confirmed`: its project has proved to be the right one. */
  | { readonly what: 'reads_answered'; readonly confirmed: boolean }
  | { readonly what: 'round_failed'; readonly message: string }
  | {
      readonly what: 'scan_began';
      readonly scan: ScanName;
      readonly run: number;
      /** Goes on with a run that was interrupted. */
      readonly resumed: boolean;
    }
  | {
      readonly what: 'scan_page';
      readonly scan: ScanName;
      readonly run: number;
      readonly identities: number;
      /** Of them: put in, since something may be to be delivered. */
      readonly puts: number;
    }
  | {
      readonly what: 'scan_done';
      readonly scan: ScanName;
      readonly run: number;
      /** What became of the identities of the run. */
      readonly outcomes: { readonly [Name in Outcome]: number };
    }
  /** It goes on later. */
  | { readonly what: 'scan_stopped'; readonly scan: ScanName; readonly message: string }
  | {
      readonly what: 'absent';
      readonly scan: ScanName;
      readonly run: number;
      /** Linked identities that are gone from Ory; with `left`, at least so many. */
      readonly gone: number;
      readonly links: number;
      /** Too many to part with their contacts unasked: `backfill --prune` is a person's. */
      readonly left: boolean;
    };

type ScanName = 'backfill' | 'reconcile';

export type Reporter = (report: Report) => void;
