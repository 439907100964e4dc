/** What the product makes of each recorded answer to a write. */
import { expect, it } from 'vitest';
import type { RecordError } from '../../src/model/zoho-answer.ts';
import type { SentWrite } from '../../src/zoho/answer/classify-record.ts';
import { classifyWrite } from '../../src/zoho/answer/classify-write.ts';
import type { Recording } from '../fixtures/zoho/recorded.ts';
import { recordings } from '../fixtures/zoho/recorded.ts';

const ORG = '5550002000000';

const inserted = (id: string) => done('insert', id);
const updated = (id: string) => done('update', id);
const done = (action: string, id: string) => ({ kind: 'done', action, contactId: `${ORG}${id}` });

function refused(kind: RecordError['kind'], fields: readonly string[] = [], more: object = {}): object {
  return { kind: 'error', error: { kind, fields, ...more } };
}

const duplicate = (...fields: readonly (readonly [string, string])[]) =>
  refused('duplicate', [], {
    duplicates: fields.map(([field, id]) => ({ field, contactId: `${ORG}${id}` })),
  });

/** One item for each record that was sent. */
const EXPECTED: Readonly<Record<string, readonly object[]>> = {
  'upsert that inserts': [{ ...inserted('683005'), duplicateField: null }],
  insert: [inserted('703005')],
  update: [updated('705001')],
  delete: [updated('683007')],
  'upsert that inserts, v6': [inserted('424003')],
  'mixed upsert, v6': [updated('424003'), updated('424003'), refused('mandatory', ['Last_Name'])],
  // The sample names the field that it matched by even where it inserted.
  'upsert that updates and inserts, v8 sample': [
    { ...updated('376008'), duplicateField: 'Email' },
    { ...inserted('194003'), duplicateField: null },
  ],
  'mixed upsert, v8 sample': [inserted('142001'), refused('field', ['Company'])],
  'refused phone': [refused('field', ['Phone'])],
  'refused integer': [refused('field', ['Group_Size'])],
  'too long, v8 sample': [refused('field', ['Number_1'])],
  // The contact goes without the look-up. It does not fail.
  'look-up without an id': [refused('field', ['Account_Name'])],
  'mandatory by a layout rule, of a matched record, v8 sample': [
    refused('mandatory', ['Designation'], { matchedId: `${ORG}761566` }),
  ],
  'duplicate, v8 sample': [duplicate(['Unique_1', '256222'])],
  'two duplicates, v8 sample': [duplicate(['Email', '428295'], ['Mobile', '432007'])],
  'dependent field missing, v8 sample': [refused('field', ['Product_Subcategory'])],
  'service behind Zoho, v8 sample': [refused('later')],
  'modified meanwhile, v8 sample': [refused('later')],
  'id that is gone': [refused('gone')],
  'locked record, v8 sample': [refused('later')],
  'converted lead': [refused('converted')],
  'deletion of two, one refused, v8 sample': [updated('264040'), refused('gone')],
  'deletion of a locked record, v8 sample': [refused('later')],
  'deletion of a record in approval, v8 sample': [refused('later')],
  'deletion in the wrong format, v8 sample': [refused('gone')],
  'record in approval, v8 sample': [refused('later')],
  'record in review, v8 sample': [refused('later')],
  'unknown field, v8 sample': [updated('142001'), refused('field', ['Last_Nam'], { stale: true })],
};

/** Answers that say nothing about a single record. */
const OF_THE_CALL: Readonly<Record<string, object>> = {
  '101 records, v8 sample': { kind: 'wrong_length' },
  'unknown value of another key, v8 sample': { kind: 'refused', pausesAs: 'request_refused' },
};

it.each(recordings('writes'))('$name', ({ name, request, answer }) => {
  const items = EXPECTED[name];
  const expected = items === undefined ? OF_THE_CALL[name] : { kind: 'answered', items };
  expect(expected).toBeDefined();
  expect(classifyWrite(answer, sentBy(request))).toMatchObject(expected ?? {});
});

it('expects nothing that was not recorded', () => {
  const names = recordings('writes').map(({ name }) => name);
  expect(Object.keys({ ...EXPECTED, ...OF_THE_CALL }).filter((name) => !names.includes(name))).toEqual([]);
});

/** What the client takes down about a write that it sends so. */
function sentBy({ method, path, body }: Recording['request']): SentWrite {
  const records = body?.data ?? [];
  const [, id] = /\/(\d+)(?:\?|$)/.exec(path) ?? [];
  switch (method) {
    case 'DELETE': {
      const ids = id ?? /[?&]ids=([\d,]+)/.exec(path)?.[1] ?? '';
      return { operation: 'delete', records: ids.split(',').map((each) => ({ id: each })) };
    }
    case 'PUT':
      return {
        operation: 'update',
        records: records.map((record) => (id === undefined ? record : { id, ...record })),
      };
    default:
      return { operation: path.endsWith('/upsert') ? 'upsert' : 'insert', records };
  }
}
