import type { ContactFields } from '../../model/contact.ts';
import type { WriteAnswer } from '../../model/zoho-answer.ts';
import type { Call, Caller } from '../call.ts';
import type { SentWrite } from '../answer/classify-record.ts';
import { classifyWrite } from '../answer/classify-write.ts';

/** Most records in one write (Zoho CRM API, "Upsert Records", "Delete Records"). For tags it would be 500. */
const MOST_RECORDS = 100;

export interface Write extends Omit<Call, 'records'> {
  readonly operation: SentWrite['operation'];
  /** The records to write to, in the order of the answer, with their ids if known. */
  readonly records: readonly ContactFields[];
}

/**
 * One call that changes up to 100 records. `items[i]` of the answer belongs to `records[i]`.
 * @throws RangeError for more, because only the caller can split them
 */
export async function write(caller: Caller, { records, ...call }: Write): Promise<WriteAnswer> {
  if (records.length > MOST_RECORDS) throw new RangeError(`${records.length} records in one write to Zoho.`);
  if (records.length === 0) return { kind: 'answered', items: [] };
  const result = await caller.call({ ...call, records: records.length }, (answer) => {
    const written = classifyWrite(answer, { operation: call.operation, records });
    return written.kind === 'answered' ? { kind: 'ok', value: written } : written;
  });
  return result.kind === 'ok' ? result.value : result;
}
