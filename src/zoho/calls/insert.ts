import type { WriteAnswer } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import type { UpsertRequest } from './upsert.ts';
import { write } from './write.ts';

export type InsertRequest = Omit<UpsertRequest, 'duplicateCheckFields'>;

/**
 * Creates new records, even if others have the same email. Only a unique field can prevent it (Zoho CRM API,
 * "Insert Records"). 1 credit for 10 records.
 */
export function insert(caller: Caller, request: InsertRequest): Promise<WriteAnswer> {
  const { module, records, trigger, assignmentRule, signal } = request;
  return write(caller, {
    operation: 'insert',
    method: 'POST',
    path: apiName(module),
    body: { data: records, trigger, ...(assignmentRule === undefined ? {} : { lar_id: assignmentRule }) },
    records,
    signal,
  });
}
