import type { JsonObject } from '../../../model/json.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { RuleContext } from '../records/rule-context.ts';
import { fieldError, itemOf, stateError } from '../records/record-errors.ts';
import { checkRecord } from '../records/record-rules.ts';
import { invalidId, takenBy } from './upsert.ts';
import { convertedRecord, successItem } from './write-answer.ts';
import type { WriteBody } from './write-body.ts';
import { writeNote } from './write-body.ts';

/** `PUT /{module}`: each record has its id. Fields that are not sent stay unchanged. */
export function updateRecords(
  store: RecordStore,
  body: WriteBody,
  context: RuleContext,
  now: number,
): readonly JsonObject[] {
  return body.data.map((record, index) => {
    const id = record['id'];
    if (id === undefined) {
      return fieldError('MANDATORY_NOT_FOUND', 'required field not found', 'id', index, context.version);
    }
    const found = typeof id === 'string' ? store.get(id) : undefined;
    if (found === undefined) {
      const converted = typeof id === 'string' && store.converted(id) !== undefined;
      return converted ? convertedRecord(id) : invalidId(id);
    }
    const { errors, values } = checkRecord(record, index, context);
    const all = [...errors, ...takenBy(store, found, values, index, context)];
    const problem = stateError(found, index, context.version) ?? itemOf(all, context);
    if (problem !== undefined) return problem;
    store.update(found, values, writeNote(body, 'update', record, now));
    return successItem(found, 'record updated', context.version, {});
  });
}
