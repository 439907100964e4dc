import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { Store } from '../../store/open.ts';

/** What a scan works with. */
export interface ScanContext {
  readonly store: Store;
  readonly ory: OryAdminClient;
  readonly mappingHash: string;
  /** The field that holds the identity's id; null: there is none. */
  readonly oryIdField: string | null;
  readonly report: Reporter;
  /** Rows are due. */
  readonly wake: () => void;
  /** The rest of the day's credits is for webhooks (rule 29). */
  readonly reserved: () => boolean;
  /** For how long Ory may give no answer before the scan stops, in ms. */
  readonly patienceMs: number;
}
