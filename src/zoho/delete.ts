import type { WriteAnswer } from '../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from './call.ts';
import { classifyWrite } from './classify-error.ts';

export interface DeleteRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** At most 100. */
  readonly ids: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Moves records to Zoho's recycle bin, without running workflows (Zoho CRM API, "Delete Records"). 1 credit for 10.
 * @throws RangeError for more than 100 ids
 */
export async function deleteRecords(caller: Caller, request: DeleteRequest): Promise<WriteAnswer> {
  const { module, ids, signal } = request;
  if (ids.length > 100) throw new RangeError(`${ids.length} records in one deletion at Zoho.`);
  if (ids.length === 0) return { kind: 'answered', items: [] };
  const query = new URLSearchParams({ ids: ids.join(','), wf_trigger: 'false' });
  const records = ids.map((id) => ({ id }));
  const path = `${apiName(module)}?${query.toString()}`;
  const result = await caller.call(
    { operation: 'update', method: 'DELETE', path, records: ids.length, signal },
    (answer) => {
      const deleted = classifyWrite(answer, { operation: 'update', records });
      return deleted.kind === 'answered' ? { kind: 'ok' as const, value: deleted.items } : deleted;
    },
  );
  return result.kind === 'ok' ? { kind: 'answered', items: result.value } : result;
}
