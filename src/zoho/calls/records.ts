import { z } from 'zod';
import type { FoundContact } from '../../model/contact.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { classifyRead, unreadable } from '../answer/classify-call.ts';

export interface RecordsRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** Record ids, at most 100. */
  readonly ids: readonly string[];
  /** Fields to read besides the id. */
  readonly select: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export type RecordsAnswer =
  /** The records that exist. Ids without a record are left out. */
  | { readonly kind: 'found'; readonly contacts: readonly FoundContact[] }
  /** The connection may not read records of this module. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

const page = z.object({ data: z.array(z.looseObject({ id: z.string().regex(/^\d+$/) })) });

/**
 * Reads records by id (Zoho CRM API, "Get Records", `ids`). Needs READ on the module, but not COQL. 1 credit.
 * @param converted also returns converted records, which Zoho otherwise leaves out
 * @throws RangeError for more than 100 ids
 */
export async function readRecords(
  caller: Caller,
  { module, ids, select, signal }: RecordsRequest,
  converted = false,
): Promise<RecordsAnswer> {
  if (ids.length > 100) throw new RangeError(`${ids.length} records in one question to Zoho.`);
  if (ids.length === 0) return { kind: 'found', contacts: [] };
  const query = new URLSearchParams({
    ids: ids.join(','),
    ...(converted && { converted: 'true' }),
    fields: select.map(apiName).join(','),
  });
  const path = `${apiName(module)}?${query.toString()}`;
  const result = await caller.call(
    { operation: 'get', method: 'GET', path, records: ids.length, signal },
    (answer) => {
      const failure = classifyRead(answer, 'data');
      if (failure !== undefined) return failure;
      if (answer.status === 204) return { kind: 'ok', value: [] };
      const parsed = page.safeParse(answer.body);
      return parsed.success ? { kind: 'ok', value: parsed.data.data } : unreadable(answer.status);
    },
  );
  if (result.kind === 'not_done' && result.pause === 'scope') return { kind: 'no_scope' };
  if (result.kind !== 'ok') return result;
  const asked = new Set(ids);
  const contacts = result.value
    .filter(({ id }) => asked.has(id))
    .map(({ id, ...fields }) => ({ id, fields }));
  return { kind: 'found', contacts };
}
