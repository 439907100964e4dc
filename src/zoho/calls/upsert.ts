import type { ContactFields } from '../../model/contact.ts';
import type { WriteAnswer } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { write } from './write.ts';

export interface UpsertRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** At most 100. */
  readonly records: readonly ContactFields[];
  /**
   * In the order in which Zoho looks for a record: unique fields, and Email (Zoho CRM API, "Upsert Records").
   */
  readonly duplicateCheckFields: readonly string[];
  /** `workflow`, `approval`, `blueprint`; an empty list runs none. */
  readonly trigger: readonly string[];
  /** Id of the assignment rule that new records go through (`lar_id`). */
  readonly assignmentRule?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Inserts records, or updates those that a check field finds. 1 credit for 10 records. */
export function upsert(caller: Caller, request: UpsertRequest): Promise<WriteAnswer> {
  const { module, records, duplicateCheckFields, trigger, assignmentRule, signal } = request;
  return write(caller, {
    operation: 'upsert',
    method: 'POST',
    path: `${apiName(module)}/upsert`,
    // Left out, both would mean "all": every check field, and every workflow of the org.
    body: {
      data: records,
      duplicate_check_fields: duplicateCheckFields,
      trigger,
      ...(assignmentRule === undefined ? {} : { lar_id: assignmentRule }),
    },
    records,
    signal,
  });
}
