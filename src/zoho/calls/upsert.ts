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
   * The fields by which Zoho looks for a record, in this order. They may be unique fields and Email (Zoho CRM
   * API, "Upsert Records").
   */
  readonly duplicateCheckFields: readonly string[];
  /** `workflow`, `approval`, `blueprint`. An empty list runs none. */
  readonly trigger: readonly string[];
  /** Id of the assignment rule that new records go through (`lar_id`). */
  readonly assignmentRule?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Inserts records, or updates the ones that a check field finds. 1 credit for 10 records. */
export function upsert(caller: Caller, request: UpsertRequest): Promise<WriteAnswer> {
  const { module, records, duplicateCheckFields, trigger, assignmentRule, signal } = request;
  return write(caller, {
    operation: 'upsert',
    method: 'POST',
    path: `${apiName(module)}/upsert`,
    // `duplicate_check_fields` and `trigger` are always sent. Without them Zoho uses every check field, and
    // runs every workflow of the org.
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
