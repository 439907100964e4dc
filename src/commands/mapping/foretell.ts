import { builtinFields } from '../../mapping/builtin-fields.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { readFieldList } from '../../store/field-list.ts';
import type { Store } from '../../store/open.ts';
import { forecast } from '../../sync/forecast.ts';
import type { Forecast } from '../../sync/forecast.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { MappingSettings } from './settings.ts';
import { isOfAnother, openStoreIfThere, openZoho } from './zoho-access.ts';

export interface Foretold {
  readonly forecasts: readonly Forecast[];
  /** What a person should know of all of them. */
  readonly notes: readonly string[];
  /** Why Zoho told nothing. */
  readonly failure: CallFailure | undefined;
}

/**
 * Forecasts with what is configured: Zoho and the store where there are any; where Zoho does not answer, without it.
 * @param overwrite as `sync --overwrite` would do it
 */
export async function foretell(
  settings: MappingSettings,
  identities: readonly Identity[],
  signal: AbortSignal,
  overwrite = false,
): Promise<Foretold> {
  const { config, connected, mapping } = settings;
  const store = await openStoreIfThere(config.databaseUrl);
  const zoho = connected ? await openZoho(config.zoho, store) : undefined;
  try {
    const foreign =
      connected && store !== undefined && (await isOfAnother(store, config.zoho, mapping.module));
    const list = await fieldList(settings, zoho, store, signal);
    const context = {
      mapping: settings.compiled,
      oryIdField: config.oryIdField,
      fields: list.fields,
      store: foreign ? undefined : store,
      compare: true,
      overwrite,
      signal,
    };
    const notes = [
      ...list.notes,
      ...(connected ? [] : ['No connection to Zoho is configured: run "ory-zoho init".']),
      ...(foreign
        ? ['The store belongs to another Zoho connection or module: its links were not used.']
        : []),
    ];
    const asked = list.failure ?? (await forecast({ ...context, zoho }, identities));
    if (asked.kind === 'forecast') return { forecasts: asked.forecasts, notes, failure: undefined };
    const unasked = await forecast({ ...context, zoho: undefined }, identities);
    if (unasked.kind !== 'forecast') throw new Error(unasked.message);
    return { forecasts: unasked.forecasts, notes, failure: asked };
  } finally {
    await zoho?.close();
    await store?.close();
  }
}

interface ListRead {
  readonly fields: FieldList;
  readonly notes: readonly string[];
  readonly failure: CallFailure | undefined;
}

/** Zoho's own list; else the one that was last read, else the built-in one. */
async function fieldList(
  { mapping, compiled, config }: MappingSettings,
  zoho: ZohoClient | undefined,
  store: Store | undefined,
  signal: AbortSignal,
): Promise<ListRead> {
  const { module } = mapping;
  const answer = await zoho?.fields(module, signal);
  if (answer?.kind === 'fields') {
    const { fields } = answer;
    const { oryIdField } = config;
    const missing = compiled.fieldNames.filter((name) => !fields.has(name));
    const notes = missing.map((name) => `${name} is no field of ${module}: see "ory-zoho mapping check".`);
    if (oryIdField !== null && fields.get(oryIdField)?.unique === false) {
      notes.push(`ORY_ID_FIELD=${oryIdField} is not unique in Zoho: delivery waits until it is.`);
    }
    return { fields, notes, failure: undefined };
  }
  const known = store === undefined ? undefined : await readFieldList(store, module);
  const fields = known?.fields ?? builtinFields(module);
  return { fields, notes: [], failure: answer?.kind === 'no_scope' ? undefined : answer };
}
