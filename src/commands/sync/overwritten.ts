/** `sync --overwrite`: the old values of a contact, so that a person can restore them. */
import type { FieldList } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import type { Store } from '../../store/open.ts';
import { forecast } from '../../sync/forecast/forecast.ts';
import type { Forecast } from '../../sync/forecast/forecast.ts';
import { isEmptyValue } from '../../sync/decide/same-value.ts';
import type { ZohoClient } from '../../zoho/client.ts';

/** Field -> its old value in Zoho, for fields that had one. */
export type Overwritten = { readonly [field: string]: unknown };

interface Looking {
  readonly store: Store;
  readonly zoho: Pick<ZohoClient, 'lookUp' | 'converted'>;
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  readonly fields: FieldList;
  /** Whether the list is the built-in one. */
  readonly builtIn: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads the values of contacts before they are written.
 * @param identities up to 100
 * @returns by identity id; identities whose contact could not be read are missing
 */
export async function readPresent(
  looking: Looking,
  identities: readonly Identity[],
): Promise<Map<string, Overwritten>> {
  if (identities.length === 0) return new Map();
  const how = { compare: true, overwrite: true, resend: true, afresh: true };
  const answer = await forecast({ ...looking, ...how }, identities);
  if (answer.kind !== 'forecast') return new Map();
  const looked = answer.forecasts.filter(
    ({ outcome }) => outcome.would === 'create' || 'contactId' in outcome,
  );
  return new Map(looked.map((one) => [one.identity.id, presentOf(one.fields)]));
}

function presentOf(fields: Forecast['fields']): Overwritten {
  const present = fields.filter(({ has }) => has !== undefined && !isEmptyValue(has));
  return Object.fromEntries(present.map(({ name, has }) => [name, has]));
}

/** The values that a forecast would replace. */
export function wouldOverwrite({ fields }: Forecast): Overwritten {
  const replaced = fields.filter(({ would }) => would === 'write' || would === 'clear');
  return presentOf(replaced);
}

/** The old values of the fields that were written. @param wrote API names */
export function replacedBy(present: Overwritten, wrote: readonly string[]): Overwritten {
  return Object.fromEntries(Object.entries(present).filter(([name]) => wrote.includes(name)));
}
