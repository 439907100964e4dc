import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { Store } from '../../store/open.ts';

/** What a scan works with. */
export interface ScanContext {
  readonly store: Store;
  readonly ory: OryAdminClient;
  readonly mappingHash: string;
  /** The field that holds the identity's id. Null if there is none. */
  readonly oryIdField: string | null;
  readonly report: Reporter;
  /** Called when rows are due. */
  readonly wake: () => void;
  /** Whether the rest of the day's credits is reserved for webhooks (rule 29). */
  readonly reserved: () => boolean;
  /** How long Ory may fail to answer before the scan stops, in ms. */
  readonly patienceMs: number;
}
