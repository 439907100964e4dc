import type { FieldList } from '../../../model/contact.ts';
import type { Reporter } from '../../../model/report.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { OryAdminClient } from '../../../ory/admin/admin-client.ts';
import type { Store } from '../../../store/open.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import type { FieldHashes } from '../../decide/changed-fields.ts';
import type { Connection } from '../../pace/connection.ts';
import type { DecideRules } from '../../decide/decide-rules.ts';
import type { Suspects } from '../../pace/suspects.ts';

/** What delivery works with. */
export interface DeliveryContext {
  readonly store: Store;
  readonly zoho: ZohoClient;
  /** Undefined if no admin API is configured. */
  readonly ory: OryAdminClient | undefined;
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  readonly report: Reporter;
  /** The rest of the day's credits is reserved for webhooks, so rows of scans wait (rule 29). */
  readonly reserved?: (() => boolean) | undefined;
}

/** What one round works with: the context, and what all rounds share. */
export interface RoundContext extends DeliveryContext {
  readonly token: string;
  readonly signal: AbortSignal;
  readonly fields: FieldList;
  /**
   * Zoho refused a value that fits `fields`. @returns whether the field list is read again before the next
   * round
   */
  readonly fieldsOutdated: () => boolean;
  readonly rules: DecideRules;
  readonly hash: FieldHashes;
  readonly connection: Connection;
  readonly suspects: Suspects;
}
