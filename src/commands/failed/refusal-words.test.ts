import { describe, expect, test } from 'vitest';
import { mendsOf } from './refusal-words.ts';
import type { SentRecord } from './sent-record.ts';

const record: SentRecord = {
  module: 'Contacts',
  mappingChanged: false,
  fields: [
    { field: 'Email', source: 'traits.email', value: 'ann@localhost' },
    { field: 'Phone', source: 'traits.phone', value: 'x'.repeat(42) },
    { field: 'Level', source: 'traits.level', value: 123_456 },
    { field: 'Fax', source: 'phone', value: null },
  ],
};

/** An item of Zoho's answer (Zoho CRM API, "Insert Records"). */
function error(code: string, details: object, message = 'invalid data') {
  return { code, details, message, status: 'error' };
}
const at = (field: string) => ({ api_name: field, json_path: `$.data[0].${field}` });

describe('what Zoho said, in the words of the user', () => {
  test.each([
    [
      'too long',
      error('INVALID_DATA', { ...at('Phone'), maximum_length: 30 }),
      'traits.phone -> Phone: Zoho takes 30 characters at most, got 42',
    ],
    [
      'too long, the length as text',
      error('INVALID_DATA', { ...at('Phone'), maximum_length: '30' }),
      'traits.phone -> Phone: Zoho takes 30 characters at most, got 42',
    ],
    [
      'too many digits',
      error('INVALID_DATA', { ...at('Level'), maximum_length: 5 }),
      'traits.level -> Level: Zoho takes 5 digits at most, got 123456',
    ],
    [
      'another type',
      error('INVALID_DATA', { ...at('Email'), expected_data_type: 'email' }),
      'traits.email -> Email: Zoho wants an email address, got "ann@localhost"',
    ],
    [
      'a type of next year',
      error('INVALID_DATA', { ...at('Email'), expected_data_type: 'smell' }),
      'traits.email -> Email: Zoho wants smell, got "ann@localhost"',
    ],
    [
      'a value it does not like',
      error('INVALID_DATA', at('Email'), 'The field value given for Email is invalid'),
      'traits.email -> Email: Zoho does not take "ann@localhost"',
    ],
    [
      'a field it does not know',
      error('INVALID_DATA', at('Nope'), 'the field api name given seems to be invalid'),
      'Nope: Zoho has no such field in Contacts',
    ],
    [
      'a mandatory field that is mapped',
      error('MANDATORY_NOT_FOUND', at('Fax'), 'required field not found'),
      'phone -> Fax: mandatory in Zoho, but this identity has no value for it',
    ],
    [
      'a mandatory field that is not',
      error('MANDATORY_NOT_FOUND', at('Company'), 'required field not found'),
      'Company: mandatory in Zoho, but not in the mapping',
    ],
    [
      'a duplicate in another module',
      error('DUPLICATE_DATA', {
        ...at('Email'),
        duplicate_record: { id: '123456789', module: { api_name: 'Leads' } },
      }),
      'traits.email -> Email: it must be unique in Zoho, and record 123456789 of Leads already has "ann@localhost"',
    ],
    [
      'a duplicate of an old version',
      error('DUPLICATE_DATA', { api_name: 'Email', id: '7' }),
      'traits.email -> Email: it must be unique in Zoho, and record 7 of Contacts already has "ann@localhost"',
    ],
    [
      'a duplicate without a name',
      error('DUPLICATE_DATA', { api_name: 'Email' }),
      'traits.email -> Email: it must be unique in Zoho, and another record already has "ann@localhost"',
    ],
    [
      'a field that goes with another',
      error('DEPENDENT_FIELD_MISSING', at('Email')),
      'traits.email -> Email: depends on another field in Zoho, which this record does not have',
    ],
    [
      'fields that are expected',
      error('EXPECTED_FIELD_MISSING', { expected_fields: [at('A'), at('B')] }),
      'Zoho also needs one of these fields: A, B',
    ],
    [
      'a record that is locked',
      error('RECORD_LOCKED', { api_name: 'id', json_path: '$.data[0].id' }, 'locked'),
      'id: Zoho says RECORD_LOCKED: locked',
    ],
    [
      'a code of next year',
      error('A_CODE_OF_NEXT_YEAR', {}, 'who knows'),
      'Zoho says A_CODE_OF_NEXT_YEAR: who knows',
    ],
  ])('%s', (_case, answer, sentence) => {
    expect(mendsOf({ message: 'not this', answer: JSON.stringify(answer) }, record)).toEqual([sentence]);
  });

  test('several errors are several sentences', () => {
    const errors = [
      error('INVALID_DATA', { ...at('Phone'), maximum_length: 30 }),
      error('MANDATORY_NOT_FOUND', at('Fax')),
    ];
    const answer = JSON.stringify(error('MULTIPLE_OR_MULTI_ERRORS', { errors }));
    expect(mendsOf({ message: '', answer }, record)).toHaveLength(2);
  });

  test('without an answer of Zoho’s, or with one that was cut, our own message', () => {
    expect(mendsOf({ message: 'Contact 7 is taken.', answer: null }, record)).toEqual([
      'Contact 7 is taken.',
    ]);
    expect(mendsOf({ message: 'invalid data', answer: '{"code":"INV' }, record)).toEqual(['invalid data']);
  });

  test('a value does not steer the terminal', () => {
    const fields = [{ field: 'Email', source: 'traits.email', value: 'a\u009b2Jb' }];
    const answer = JSON.stringify(error('INVALID_DATA', at('Email')));
    expect(mendsOf({ message: '', answer }, { ...record, fields })[0]).toContain('\\u{9b}');
  });
});
