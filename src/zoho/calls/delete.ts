import type { WriteAnswer } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { write } from './write.ts';

export interface DeleteRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** At most 100. */
  readonly ids: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Moves records to Zoho's recycle bin. Runs no workflows (Zoho CRM API, "Delete Records"). 1 credit for 10. A
 * record that does not exist, or no longer, comes back as `gone`.
 * @throws RangeError for more than 100 ids
 */
export function deleteRecords(caller: Caller, request: DeleteRequest): Promise<WriteAnswer> {
  const { module, ids, signal } = request;
  const query = new URLSearchParams({ ids: ids.join(','), wf_trigger: 'false' });
  const path = `${apiName(module)}?${query.toString()}`;
  const records = ids.map((id) => ({ id }));
  return write(caller, { operation: 'delete', method: 'DELETE', path, records, signal });
}
