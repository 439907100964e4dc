import { builtinFields } from '../../../mapping/file/builtin-fields.ts';
import type { FieldList } from '../../../model/contact.ts';
import type { Identity } from '../../../model/identity.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import { readFieldList } from '../../../store/field-list.ts';
import { openStoreIfThere } from '../../../store/open.ts';
import type { Store } from '../../../store/open.ts';
import { FieldLists } from '../../../sync/field-list.ts';
import { forecast } from '../../../sync/forecast/forecast.ts';
import type { Forecast } from '../../../sync/forecast/forecast.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { isOfAnother, openZoho } from './zoho-if-connected.ts';

export interface Foretold {
  readonly forecasts: readonly Forecast[];
  /** Notes for the user that concern all forecasts. */
  readonly notes: readonly string[];
  /** Why Zoho could not be read. */
  readonly failure: CallFailure | undefined;
}

/**
 * Forecasts with what is configured: with Zoho and the store if there are any, and without Zoho if it does
 * not answer.
 * @param how resend: send what Zoho refused again, as `sync` does; overwrite: as `sync --overwrite` does
 */
export async function foretell(
  settings: MappingSettings,
  identities: readonly Identity[],
  signal: AbortSignal,
  how: { readonly resend: boolean; readonly overwrite?: boolean },
): Promise<Foretold> {
  const { config, connected, compiled } = settings;
  const opened = await openStoreIfThere(config.databaseUrl);
  const zoho = connected ? await openZoho(config.zoho, opened) : undefined;
  try {
    const foreign = connected && opened !== undefined && (await isOfAnother(opened, config, compiled));
    const store = foreign ? undefined : opened;
    const list = await fieldList(settings, zoho, store, signal);
    const context = {
      mapping: compiled,
      oryIdField: config.oryIdField,
      fields: list.fields,
      builtIn: list.builtIn,
      store,
      compare: true,
      ...how,
      signal,
    };
    const notes = [
      ...list.notes,
      ...(connected ? [] : ['No connection to Zoho is configured. Run "ory-zoho init".']),
      ...(foreign
        ? ['The store belongs to another Zoho connection or module, so its links were not used.']
        : []),
    ];
    const asked = list.failure ?? (await forecast({ ...context, zoho }, identities));
    if (asked.kind === 'forecast') return { forecasts: asked.forecasts, notes, failure: undefined };
    const unasked = await forecast({ ...context, zoho: undefined }, identities);
    if (unasked.kind !== 'forecast') throw new Error(unasked.message);
    return { forecasts: unasked.forecasts, notes, failure: asked };
  } finally {
    await zoho?.close();
    await opened?.close();
  }
}

interface ListRead {
  readonly fields: FieldList;
  readonly builtIn: boolean;
  readonly notes: readonly string[];
  readonly failure: CallFailure | undefined;
}

/**
 * The field list that delivery would use. If delivery would have to wait for a list, the last one read, or
 * else the built-in one.
 */
async function fieldList(
  { mapping, compiled, config }: MappingSettings,
  zoho: ZohoClient | undefined,
  store: Store | undefined,
  signal: AbortSignal,
): Promise<ListRead> {
  const { module } = mapping;
  const { oryIdField } = config;
  if (zoho === undefined) {
    const known = store === undefined ? undefined : await readFieldList(store, module);
    const fields = known?.fields ?? builtinFields(module);
    return { fields, builtIn: known === undefined, notes: [], failure: undefined };
  }
  const lists = new FieldLists({ store, zoho, mapping: compiled, oryIdField }, false);
  const answer = await lists.read(performance.now(), signal);
  const fields = lists.last;
  if (fields === undefined) {
    return { fields: builtinFields(module), builtIn: true, notes: [], failure: failureOf(answer) };
  }
  const builtIn = lists.isBuiltIn;
  const missing = builtIn ? [] : compiled.fieldNames.filter((name) => !fields.has(name));
  const notes = missing.map((name) => `${module} has no field ${name}. Run "ory-zoho mapping check".`);
  const waits = 'pause' in answer && answer.pause === 'ory_id_field';
  if (waits)
    notes.push(
      `ORY_ID_FIELD=${oryIdField} is not unique in Zoho. Delivery waits until it is; run "ory-zoho init".`,
    );
  return { fields, builtIn, notes, failure: waits ? undefined : failureOf(answer) };
}

function failureOf(answer: { readonly kind: 'fields' } | CallFailure): CallFailure | undefined {
  return answer.kind === 'fields' ? undefined : answer;
}
