import type { Event } from './event.ts';
import type { IncompleteField } from './incomplete.ts';
import type { WaitsForLookUp } from './look-up-wait.ts';
import type { Failure, Outcome, PutResult, Reason } from './outcome.ts';
import type { PauseReason } from './pause.ts';
import type { WriteOperation } from './zoho-answer.ts';

/** What happens to the data on its way, for the log, the metrics and the commands. No personal data. */
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
      /** Fields that the contact was written without, because Zoho refused them or the value does not fit. */
      readonly leftOut: readonly string[];
      /** Fields that do not have the value from the mapping, and the reasons. Includes those of `leftOut`. */
      readonly incomplete: readonly IncompleteField[];
      /** Time from put to settle. */
      readonly latencyMs: number;
      readonly failure: Failure | null;
    }
  | {
      readonly what: 'batch';
      readonly operation: WriteOperation;
      readonly records: number;
      readonly identityIds: readonly string[];
      readonly ms: number;
    }
  | { readonly what: 'warning'; readonly identityId: string; readonly warning: string }
  /** This many identities wait for something that only a person can give. */
  | { readonly what: 'put_aside'; readonly reason: WaitsForLookUp; readonly identities: number }
  | { readonly what: 'paused'; readonly reason: PauseReason; readonly message: string; readonly ms: number }
  | { readonly what: 'resumed' }
  | { readonly what: 'reads_paused'; readonly reason: string; readonly message: string; readonly ms: number }
  /** Ory has answered a read. `confirmed`: the project has proved to be the right one. */
  | { readonly what: 'reads_answered'; readonly confirmed: boolean }
  | { readonly what: 'round_failed'; readonly message: string }
  | {
      readonly what: 'scan_began';
      readonly scan: ScanName;
      readonly run: number;
      /** True if it continues a run that was interrupted. */
      readonly resumed: boolean;
    }
  | {
      readonly what: 'scan_page';
      readonly scan: ScanName;
      readonly run: number;
      readonly identities: number;
      /** How many of them were put in because they may need delivery. */
      readonly puts: number;
    }
  | {
      readonly what: 'scan_done';
      readonly scan: ScanName;
      readonly run: number;
      /** How many identities of the run had each outcome. */
      readonly outcomes: { readonly [Name in Outcome]: number };
    }
  /** The scan continues later. */
  | { readonly what: 'scan_stopped'; readonly scan: ScanName; readonly message: string }
  | {
      readonly what: 'absent';
      readonly scan: ScanName;
      readonly run: number;
      /** Linked identities that are gone from Ory. With `left`, there may be more. */
      readonly gone: number;
      readonly links: number;
      /** True if there are so many that a person must decide about their contacts (`backfill --prune`). */
      readonly left: boolean;
    };

type ScanName = 'backfill' | 'reconcile';

export type Reporter = (report: Report) => void;
