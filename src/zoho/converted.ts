import { z } from 'zod';
import type { CallFailure } from '../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from './call.ts';
import { classifyRead, unreadable } from './classify-error.ts';

export interface ConvertedRequest {
  /** API name: Leads, or a module that Zoho converts likewise. */
  readonly module: string;
  /** Record ids, at most 100. */
  readonly ids: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export type ConvertedAnswer =
  /** Those of the ids that name a converted record. */
  { readonly kind: 'converted'; readonly ids: ReadonlySet<string> } | CallFailure;

const page = z.object({ data: z.array(z.object({ id: z.string().regex(/^\d+$/) })) });

/**
 * Which records were converted: Zoho leaves them out of every list and answers as if they were not there unless it
 * is asked for them (Zoho CRM API, "Get Records", `converted`). That `ids` goes together with it is not said there.
 * Needs the module's READ. 1 credit.
 * @throws RangeError for more than 100 ids
 */
export async function readConverted(caller: Caller, request: ConvertedRequest): Promise<ConvertedAnswer> {
  const { module, ids, signal } = request;
  if (ids.length > 100) throw new RangeError(`${ids.length} records in one question to Zoho.`);
  if (ids.length === 0) return { kind: 'converted', ids: new Set() };
  const query = new URLSearchParams({ ids: ids.join(','), converted: 'true', fields: 'Last_Name' });
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
  if (result.kind !== 'ok') return result;
  const asked = new Set(ids);
  return { kind: 'converted', ids: new Set(result.value.map(({ id }) => id).filter((id) => asked.has(id))) };
}
