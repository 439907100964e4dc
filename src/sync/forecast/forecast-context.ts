import type { CompiledMapping } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Store } from '../../store/open.ts';
import type { ZohoClient } from '../../zoho/client.ts';

/** What a forecast works with. */
export interface ForecastContext {
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  /** The fields of the mapping's module as delivery would use them, from `FieldLists`. */
  readonly fields: FieldList;
  /** Whether they are the built-in ones. */
  readonly builtIn: boolean;
  /** Undefined means: as if nothing had ever been delivered. */
  readonly store: Store | undefined;
  /** Undefined if Zoho is not asked. What only Zoho knows is then `unknown`. */
  readonly zoho: Pick<ZohoClient, 'lookUp' | 'converted'> | undefined;
  /**
   * Whether linked contacts are compared with Zoho, as in `sync` and `backfill --verify`, or with what was
   * last sent.
   */
  readonly compare: boolean;
  /** Also write the fields that `adopt: fill` would leave alone. */
  readonly overwrite?: boolean;
  /**
   * Try failed rows again, as `sync` does (rule 4). A value that Zoho refused is sent again too (rule 18).
   * That changes no forecast, because Zoho is expected to refuse it again.
   */
  readonly resend: boolean;
  /** Forecast rows that have failed or are put off as if they were new. */
  readonly afresh?: boolean;
  readonly signal: AbortSignal;
}
