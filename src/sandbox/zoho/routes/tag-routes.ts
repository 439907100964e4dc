import type { ApiVersion } from '../api-version.ts';
import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord, WriteNote } from '../records/stored-record.ts';
import { readBody, refuseBody } from './crm-bodies.ts';
import type { CrmRoute } from './crm-route.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import { listOf } from './read-records.ts';
import { stateError } from '../records/record-errors.ts';
import { tagLimits, tagNames } from '../records/tag-list.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import { convertedRecord, replyWithItems } from '../write/write-answer.ts';
import { refuse, zohoError } from '../zoho-errors.ts';

/** How many record ids one call may have (Zoho CRM API, "Add Tags to Records"). */
const RECORDS = 500;

export type TagAction = 'add_tags' | 'remove_tags';

const bodySchema = z.object({
  tags: z.array(z.object({ name: z.string().min(1).max(25) })).min(1),
  ids: z.array(z.string()).min(1).max(RECORDS),
  over_write: z.boolean().default(false),
});

type TagBody = z.infer<typeof bodySchema>;

/** A call for one record has its id in the path only. */
function bodySchemaFor(id: string | undefined): z.ZodType<TagBody> {
  if (id === undefined) return bodySchema;
  return bodySchema.omit({ ids: true }).transform((body) => ({ ...body, ids: [id] }));
}

/**
 * `POST /{module}/actions/add_tags` and `remove_tags`, or the same below a record. One credit for up to 50
 * records.
 * @param id the record in the path
 */
export function tagRoute(
  action: TagAction,
  id: string | undefined,
  request: SandboxRequest,
  store: RecordStore,
  version: ApiVersion,
  world: ZohoWorld,
): CrmRoute {
  const schema = action === 'add_tags' ? 'New_Tag_Request_Wrapper' : 'Existing_Tag_Request_Wrapper';
  const read =
    version.tagsIn === 'body'
      ? readBody(request, world, ['tags', schema], bodySchemaFor(id))
      : readQuery(request.query, id);
  const records = 'body' in read ? read.body.ids.length : 0;
  return {
    name: 'tag',
    module: store.module,
    records,
    credits: Math.max(1, Math.ceil(records / 50)),
    run: () =>
      'body' in read
        ? tagRecords(action, read.body, store, version, world)
        : refuseBody('tag', request, world, read.problems),
  };
}

function readQuery(
  query: URLSearchParams,
  id: string | undefined,
): { body: TagBody } | { problems: string[] } {
  const parsed = bodySchemaFor(id).safeParse({
    tags: (listOf(query.get('tag_names')) ?? []).map((name) => ({ name })),
    ids: listOf(query.get('ids')) ?? [],
    over_write: query.get('over_write') === 'true',
  });
  if (parsed.success) return { body: parsed.data };
  return { problems: parsed.error.issues.map((issue) => `/${issue.path.join('/')} ${issue.message}`) };
}

function tagRecords(
  action: TagAction,
  { tags, ids, over_write }: TagBody,
  store: RecordStore,
  version: ApiVersion,
  { settings, clock }: ZohoWorld,
): Reply {
  const names = [...new Set(tags.map(({ name }) => name))];
  const limits = tagLimits(settings.edition);
  const unknown = names.filter((name) => !store.tags.has(name));
  if (action === 'add_tags' && store.tags.size + unknown.length > limits.module) {
    const message = 'tag limit of the module exceeded';
    return refuse(400, 'LICENSE_LIMIT_EXCEEDED', message, { limit: limits.module });
  }
  const note = { by: 'api', action: 'update', trigger: [], fields: ['Tag'], at: clock() } as const;
  const items = ids.map((id, index) => {
    const record = store.get(id);
    if (record === undefined) {
      const message = 'the id given seems to be invalid';
      return store.converted(id) === undefined
        ? zohoError('INVALID_DATA', message, { id })
        : convertedRecord(id);
    }
    const held = over_write ? [] : tagNames(record.values.get('Tag'));
    const result = action === 'add_tags' ? withTags(held, names) : withoutTags(held, names);
    if (action === 'add_tags' && result.length > limits.record) {
      return zohoError('LIMIT_EXCEEDED', 'tag limit of the record exceeded', { id, limit: limits.record });
    }
    return stateError(record, index, version) ?? written(record, result, store, note, version);
  });
  return replyWithItems(items, version);
}

function withTags(held: readonly string[], names: readonly string[]): readonly string[] {
  return [...held, ...withoutTags(names, held)];
}

function withoutTags(held: readonly string[], names: readonly string[]): readonly string[] {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return held.filter((name) => !gone.has(name.toLowerCase()));
}

function written(
  record: StoredRecord,
  names: readonly string[],
  store: RecordStore,
  note: WriteNote,
  version: ApiVersion,
): JsonObject {
  store.update(record, new Map([['Tag', names.map((name) => ({ name }))]]), note);
  const tags = version.wholeTags ? (record.values.get('Tag') ?? []) : names;
  const details = { id: record.id, tags };
  return { code: 'SUCCESS', details, message: 'tags updated successfully', status: 'success' };
}
