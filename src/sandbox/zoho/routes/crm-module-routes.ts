import type { ApiVersion } from '../api-version.ts';
import type { RecordStore } from '../records/record-store.ts';
import { readBody, refuseBody, refuseWrite } from './crm-bodies.ts';
import type { CrmRoute } from './crm-route.ts';
import { deleteRecord, deleteRecords } from '../write/delete-records.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import { deletedRecords } from './deleted-records.ts';
import { searchRoute } from './search-routes.ts';
import { getRecord, listOf, listRecords } from './read-records.ts';
import type { RuleContext } from '../records/rule-context.ts';
import { updateRecords } from '../write/update.ts';
import { insertRecords, upsertRecords } from '../write/upsert.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import { replyWithItems } from '../write/write-answer.ts';
import type { WriteBody } from '../write/write-body.ts';
import { writeBodySchema } from '../write/write-body.ts';
import { invalidUrl } from '../zoho-errors.ts';

/** A write with more records than this counts as a big call (Zoho CRM API, "API limits"). */
const SMALL_WRITE = 10;

/** Routes below `/crm/vN/{module}`. Undefined if the method does not exist here. */
export function moduleRoute(
  request: SandboxRequest,
  store: RecordStore,
  rest: string | undefined,
  version: ApiVersion,
  world: ZohoWorld,
): CrmRoute | undefined {
  const { method, query } = request;
  const { module } = store;
  if (rest === 'upsert') {
    return method === 'POST' ? writeRoute('upsert', request, store, undefined, version, world) : undefined;
  }
  switch (method) {
    case 'POST':
      return rest === undefined ? writeRoute('insert', request, store, undefined, version, world) : undefined;
    case 'PUT':
      return writeRoute('update', request, store, rest, version, world);
    case 'DELETE': {
      const ids = rest === undefined ? (listOf(query.get('ids')) ?? []) : [rest];
      const run = (): Reply =>
        rest === undefined
          ? deleteRecords(store, ids, version, world)
          : deleteRecord(store, rest, version, world);
      return { name: 'delete', module, records: ids.length, credits: creditsOf(ids.length), run };
    }
    case 'GET':
      if (rest === 'search') return searchRoute(store, query, world);
      if (rest === 'deleted') {
        const run = (): Reply => deletedRecords(store, request, world.clock());
        return { name: 'deleted', module, credits: 2, run };
      }
      return rest === undefined
        ? {
            name: 'list',
            module,
            big: query.has('sort_by'),
            run: () => listRecords(store, query, version, world.clock()),
          }
        : { name: 'get', module, run: () => getRecord(store, rest, query, world.settings) };
    default:
      return undefined;
  }
}

const WRITES = { upsert: upsertRecords, insert: insertRecords, update: updateRecords };

function writeRoute(
  name: keyof typeof WRITES,
  request: SandboxRequest,
  store: RecordStore,
  id: string | undefined,
  version: ApiVersion,
  world: ZohoWorld,
): CrmRoute {
  const read = readBody(request, world, ['record', 'Body_Wrapper'], writeBodySchema);
  const records = 'body' in read ? read.body.data.length : 0;
  return {
    name,
    module: store.module,
    records,
    credits: creditsOf(records),
    big: records > SMALL_WRITE,
    run: (refuseField) => {
      if (!('body' in read)) return refuseBody(name, request, world, read.problems);
      const body = id === undefined ? read.body : withId(read.body, id);
      if (body === undefined) return invalidUrl();
      const { settings } = world;
      const refused = refuseWrite(body, store.fields, settings);
      if (refused !== undefined) return refused;
      const { module, fields } = store;
      const context: RuleContext = { module, fields, version, settings, refuseField };
      const write = WRITES[name];
      const items = write(store, body, context, world.clock(), settings.assignmentRules);
      return replyWithItems(items, version, name === 'insert' ? 201 : 200);
    },
  };
}

/** `PUT /{module}/{id}` takes one record. The id in the path is the one that counts. */
function withId(body: WriteBody, id: string): WriteBody | undefined {
  const [only, ...others] = body.data;
  return only === undefined || others.length > 0 ? undefined : { ...body, data: [{ ...only, id }] };
}

/** One credit per 10 records, rounded up (Zoho CRM API, "API limits"). */
function creditsOf(records: number): number {
  return Math.max(1, Math.ceil(records / 10));
}
