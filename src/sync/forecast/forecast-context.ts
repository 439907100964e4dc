import type { CompiledMapping } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Store } from '../../store/open.ts';
import type { ZohoClient } from '../../zoho/client.ts';

/** What a forecast works with. */
export interface ForecastContext {
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  /** Of the mapping's module, as delivery would use them: from `FieldLists`. */
  readonly fields: FieldList;
  /** They are the built-in ones. */
  readonly builtIn: boolean;
  /** Undefined: as if nothing had ever been delivered. */
  readonly store: Store | undefined;
  /** Undefined: Zoho is not asked. What only Zoho can tell is then `unknown`. */
  readonly zoho: Pick<ZohoClient, 'lookUp' | 'converted'> | undefined;
  /** Linked contacts are compared with what Zoho has, as `sync` and `backfill --verify` do; else with what was last sent. */
  readonly compare: boolean;
  /** A person insists: what `adopt: fill` would leave alone is written too. */
  readonly overwrite?: boolean;
  /**
   * What has failed is tried again, as `sync` does (rule 4). A value that Zoho refused is sent again too (rule 18), which
   * changes no forecast: as far as is known, Zoho refuses it again.
   */
  readonly resend: boolean;
  /** What has failed or is put off is forecast as if it had not been. */
  readonly afresh?: boolean;
  readonly signal: AbortSignal;
}
