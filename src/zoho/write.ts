import type { ContactFields } from '../model/contact.ts';
import type { WriteAnswer } from '../model/zoho-answer.ts';
import type { Caller } from './call.ts';
import { classifyWrite } from './classify-error.ts';

/** Records in one write (Zoho CRM API, "Upsert Records"). */
const MOST_RECORDS = 100;

export interface Write {
  readonly operation: 'upsert' | 'update';
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  /** What stands beside `data` in the body. */
  readonly options: object;
  readonly records: readonly ContactFields[];
  readonly signal: AbortSignal | undefined;
}

/**
 * One write of up to 100 records; `items[i]` of the answer belongs to `records[i]`.
 * @throws RangeError for more: they would have to be split, which only the caller can do.
 */
export async function write(caller: Caller, { options, records, ...call }: Write): Promise<WriteAnswer> {
  if (records.length > MOST_RECORDS) throw new RangeError(`${records.length} records in one write to Zoho.`);
  if (records.length === 0) return { kind: 'answered', items: [] };
  const body = { data: records, ...options };
  const result = await caller.call({ ...call, body, records: records.length }, (answer) => {
    const written = classifyWrite(answer, { operation: call.operation, records });
    return written.kind === 'answered' ? { kind: 'ok', value: written.items } : written;
  });
  return result.kind === 'ok' ? { kind: 'answered', items: result.value } : result;
}
