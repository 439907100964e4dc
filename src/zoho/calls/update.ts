import type { ContactFields } from '../../model/contact.ts';
import type { WriteAnswer } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { write } from './write.ts';

export interface UpdateRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** At most 100, each with its id. */
  readonly records: readonly (ContactFields & { readonly id: string })[];
  /** `workflow`, `approval`, `blueprint`. An empty list runs none. */
  readonly trigger: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Updates records by id. Fields that are not sent keep their values (Zoho CRM API, "Update Records"). 1
 * credit for 10 records.
 */
export function update(caller: Caller, request: UpdateRequest): Promise<WriteAnswer> {
  const { module, records, trigger, signal } = request;
  return write(caller, {
    operation: 'update',
    method: 'PUT',
    path: apiName(module),
    body: { data: records, trigger },
    records,
    signal,
  });
}
