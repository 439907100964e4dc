import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { RecordStore, StoredRecord } from '../zoho/records/record-store.ts';
import type { ContactView } from './control.ts';
import { fieldChangeSchema, moduleSchema, objectSchema, recordStateSchema } from './control.ts';
import type { ControlOperation } from './control-operation.ts';
import { operation } from './control-operation.ts';
import type { ModuleName } from '../zoho/records/field-table.ts';
import type { RuleContext } from '../zoho/records/record-rules.ts';
import { checkRecord } from '../zoho/records/record-rules.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';

/** What a salesperson does in the CRM, and looking at the outcome. */
export function contactOperations(world: World): Record<string, ControlOperation> {
  const inModule = moduleSchema.optional();
  const id = z.string();
  const storeOf = (module: ModuleName = 'Contacts'): RecordStore => {
    const store = world.stores.get(module);
    if (store === undefined) throw new Error(`no module ${module}`);
    return store;
  };
  const put = (recordId: string | null, fields: JsonObject, store: RecordStore): StoredRecord => {
    const values = valuesOf(fields, store, world.settings);
    const by = { by: 'person', trigger: [], fields: [...values.keys()], at: world.clock() } as const;
    if (recordId === null) return store.insert(values, { ...by, action: 'insert' });
    const record = recordOf(recordId, store);
    store.update(record, values, { ...by, action: 'update' });
    return record;
  };
  return {
    contacts: operation(z.tuple([inModule]), (module) => {
      const store = storeOf(module);
      return [...store.all()].map((record) => viewOf(record, store));
    }),
    contact: operation(z.tuple([id, inModule]), (recordId, module) => {
      const store = storeOf(module);
      const record = store.get(recordId) ?? store.converted(recordId);
      return record === undefined ? null : viewOf(record, store);
    }),
    putContact: operation(z.tuple([id.nullable(), objectSchema, inModule]), (recordId, fields, module) => {
      const store = storeOf(module);
      return viewOf(put(recordId, fields, store), store);
    }),
    seedContacts: operation(z.tuple([z.array(objectSchema), inModule]), (contacts, module) => {
      const store = storeOf(module);
      return contacts.map((fields) => put(null, fields, store).id);
    }),
    deleteContact: operation(z.tuple([id, inModule]), (recordId, module) => storeOf(module).delete(recordId)),
    restoreContact: operation(z.tuple([id, inModule]), (recordId, module) => {
      const store = storeOf(module);
      refuseTwice(recordId, store);
      const record = store.restore(recordId);
      if (record === undefined)
        throw new Error(`no record ${recordId} in the recycle bin of ${store.module}`);
      return viewOf(record, store);
    }),
    convertLead: operation(z.tuple([z.string()]), (idOrEmail) => {
      const [leads, contacts] = [storeOf('Leads'), storeOf('Contacts')];
      const lead = leads.get(idOrEmail) ?? leads.find('Email', idOrEmail)[0];
      if (lead === undefined) throw new Error(`no lead ${idOrEmail}`);
      const shared = new Map([...lead.values].filter(([apiName]) => contacts.fields.get(apiName)));
      const note = { by: 'person', trigger: [], fields: [...shared.keys()], at: world.clock() } as const;
      const contact = contacts.insert(shared, { ...note, action: 'insert' });
      leads.convert(lead.id, contact.id);
      return viewOf(contact, contacts);
    }),
    changeField: operation(
      z.tuple([moduleSchema, z.string(), fieldChangeSchema]),
      (module, apiName, change) => {
        const { unique, ...others } = change;
        const given = unique === undefined ? {} : { unique: unique ?? undefined };
        storeOf(module).setField({ apiName, ...others, ...given });
        return null;
      },
    ),
    removeField: operation(z.tuple([moduleSchema, z.string()]), (module, apiName) =>
      storeOf(module).removeField(apiName),
    ),
    mergeContacts: operation(z.tuple([id, z.array(id), inModule]), (masterId, otherIds, module) => {
      const store = storeOf(module);
      const master = recordOf(masterId, store);
      store.merge(master, otherIds, world.clock());
      return viewOf(master, store);
    }),
    setRecordState: operation(z.tuple([id, recordStateSchema, inModule]), (recordId, state, module) => {
      const store = storeOf(module);
      const record = recordOf(recordId, store);
      record.state = state;
      return viewOf(record, store);
    }),
  };
}

/** Zoho does not document it, but two records with one unique value cannot be. */
function refuseTwice(id: string, store: RecordStore): void {
  for (const { apiName } of store.fields.unique()) {
    const value = store.deleted(id)?.values.get(apiName);
    if (typeof value === 'string' && store.find(apiName, value).length > 0) {
      throw new Error(`another record has the ${apiName} of ${id}`);
    }
  }
}

function recordOf(id: string, store: RecordStore): StoredRecord {
  const record = store.get(id);
  if (record === undefined) throw new Error(`no record ${id} in ${store.module}`);
  return record;
}

function valuesOf(
  fields: JsonObject,
  { module, fields: table }: RecordStore,
  settings: Settings,
): ReturnType<typeof checkRecord>['values'] {
  const rules: RuleContext = {
    module,
    fields: table,
    version: 8,
    settings: { ...settings, unknownFields: 'refuse' },
    refuseField: undefined,
  };
  const { errors, values } = checkRecord(fields, 0, rules);
  if (errors.length > 0) throw new Error(`a person cannot write this either: ${JSON.stringify(errors)}`);
  return values;
}

function viewOf(record: StoredRecord, store: RecordStore): ContactView {
  const { id, state, createdAt, modifiedAt, writes, history } = record;
  return {
    id,
    fields: store.answer(record),
    state,
    created_at: createdAt,
    modified_at: modifiedAt,
    writes,
    history: history.map(({ lar_id, trigger, fields, ...note }) => ({
      ...note,
      trigger: [...trigger],
      fields: [...fields],
      ...(lar_id === undefined ? {} : { lar_id }),
    })),
  };
}
