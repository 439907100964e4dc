import { NEWEST_VERSION } from '../zoho/api-version.ts';
import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { RecordStore } from '../zoho/records/record-store.ts';
import type { StoredRecord } from '../zoho/records/stored-record.ts';
import type { ModuleName } from '../zoho/modules.ts';
import type { ContactView } from './control.ts';
import { fieldChangeSchema, moduleSchema, objectSchema, recordStateSchema } from './control.ts';
import type { ControlOperation } from './control-operation.ts';
import { operation } from './control-operation.ts';
import type { RuleContext } from '../zoho/records/rule-context.ts';
import { checkRecord } from '../zoho/records/record-rules.ts';
import type { Settings } from '../settings.ts';
import type { SandboxWorld } from '../world.ts';

const inModule = moduleSchema.optional();
const id = z.string();

/** The actions of a salesperson or an administrator in the CRM, and reads to check the result. */
export function contactOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return { ...viewOperations(world), ...salesOperations(world), ...fieldOperations(world) };
}

function viewOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return {
    contacts: operation(z.tuple([inModule]), (module) => {
      const store = storeOf(world, module);
      return [...store.all()].map((record) => viewOf(record, store));
    }),
    contact: operation(z.tuple([id, inModule]), (recordId, module) => {
      const store = storeOf(world, module);
      const record = store.get(recordId) ?? store.converted(recordId);
      return record === undefined ? null : viewOf(record, store);
    }),
  };
}

function salesOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return {
    putContact: operation(z.tuple([id.nullable(), objectSchema, inModule]), (recordId, fields, module) => {
      const store = storeOf(world, module);
      return viewOf(put(recordId, fields, store, world), store);
    }),
    seedContacts: operation(z.tuple([z.array(objectSchema), inModule]), (contacts, module) => {
      const store = storeOf(world, module);
      return contacts.map((fields) => put(null, fields, store, world).id);
    }),
    deleteContact: operation(z.tuple([id, inModule]), (recordId, module) =>
      storeOf(world, module).delete(recordId, world.clock()),
    ),
    restoreContact: operation(z.tuple([id, inModule]), (recordId, module) => {
      const store = storeOf(world, module);
      refuseTwice(recordId, store);
      const record = store.restore(recordId);
      if (record === undefined)
        throw new Error(`no record ${recordId} in the recycle bin of ${store.module}`);
      return viewOf(record, store);
    }),
    convertLead: operation(z.tuple([z.string()]), (idOrEmail) => convertLead(idOrEmail, world)),
    mergeContacts: operation(z.tuple([id, z.array(id), inModule]), (masterId, otherIds, module) => {
      const store = storeOf(world, module);
      const master = recordOf(masterId, store);
      store.merge(master, otherIds, world.clock());
      return viewOf(master, store);
    }),
    setRecordState: operation(z.tuple([id, recordStateSchema, inModule]), (recordId, state, module) => {
      const store = storeOf(world, module);
      const record = recordOf(recordId, store);
      record.state = state;
      return viewOf(record, store);
    }),
  };
}

function fieldOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return {
    changeField: operation(
      z.tuple([moduleSchema, z.string(), fieldChangeSchema]),
      (module, apiName, change) => {
        const { unique, ...others } = change;
        const given = unique === undefined ? {} : { unique: unique ?? undefined };
        storeOf(world, module).setField({ apiName, ...others, ...given });
        return null;
      },
    ),
    removeField: operation(z.tuple([moduleSchema, z.string()]), (module, apiName) =>
      storeOf(world, module).removeField(apiName),
    ),
  };
}

function storeOf({ stores }: SandboxWorld, module: ModuleName = 'Contacts'): RecordStore {
  const store = stores.get(module);
  if (store === undefined) throw new Error(`no module ${module}`);
  return store;
}

function put(
  recordId: string | null,
  fields: JsonObject,
  store: RecordStore,
  { settings, clock }: SandboxWorld,
): StoredRecord {
  const values = valuesOf(fields, store, settings);
  const by = { by: 'person', trigger: [], fields: [...values.keys()], at: clock() } as const;
  if (recordId === null) return store.insert(values, { ...by, action: 'insert' });
  const record = recordOf(recordId, store);
  store.update(record, values, { ...by, action: 'update' });
  return record;
}

/** Converts a lead, given by id or email, to a contact with the fields that both modules have. */
function convertLead(idOrEmail: string, world: SandboxWorld): ContactView {
  const [leads, contacts] = [storeOf(world, 'Leads'), storeOf(world, 'Contacts')];
  const lead = leads.get(idOrEmail) ?? leads.find('Email', idOrEmail)[0];
  if (lead === undefined) throw new Error(`no lead ${idOrEmail}`);
  const shared = new Map([...lead.values].filter(([apiName]) => contacts.fields.get(apiName)));
  const note = { by: 'person', trigger: [], fields: [...shared.keys()], at: world.clock() } as const;
  const contact = contacts.insert(shared, { ...note, action: 'insert' });
  leads.convert(lead.id, contact.id);
  return viewOf(contact, contacts);
}

/** Zoho does not document this case, but two records cannot have the same unique value. */
function refuseTwice(recordId: string, store: RecordStore): void {
  for (const { apiName } of store.fields.unique()) {
    const value = store.deleted(recordId)?.values.get(apiName);
    if (typeof value === 'string' && store.find(apiName, value).length > 0) {
      throw new Error(`another record already has the ${apiName} of ${recordId}`);
    }
  }
}

function recordOf(recordId: string, store: RecordStore): StoredRecord {
  const record = store.get(recordId);
  if (record === undefined) throw new Error(`no record ${recordId} in ${store.module}`);
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
    version: NEWEST_VERSION,
    settings: { ...settings, unknownFields: 'refuse' },
    refuseField: undefined,
  };
  const { errors, values } = checkRecord(fields, 0, rules);
  if (errors.length > 0)
    throw new Error(`Zoho would refuse this from a person too: ${JSON.stringify(errors)}`);
  return values;
}

function viewOf(record: StoredRecord, store: RecordStore): ContactView {
  const { state, createdAt, modifiedAt, writes, history } = record;
  return {
    id: record.id,
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
