import { expect, test } from 'vitest';
import { builtinFields } from '../../mapping/file/builtin-fields.ts';
import type { FieldMeta } from '../../model/contact.ts';
import { uniqueFields } from './unique-fields.ts';

const MAPPED = ['Email', 'Phone', 'Last_Name', 'Plan'];

test("by Zoho's own list: the fields that it marks as unique", () => {
  const field = (apiName: string, unique: boolean): [string, FieldMeta] => [
    apiName,
    { apiName, dataType: 'phone', unique, mandatory: false, writable: true },
  ];
  const fields = new Map([field('Phone', true), field('Mobile', true), field('Plan', false)]);
  expect([...uniqueFields(MAPPED, fields, false)]).toEqual(['Phone']);
});

test('by the built-in list: the fields that an org may have made unique, and unknown ones', () => {
  expect([...uniqueFields(MAPPED, builtinFields('Contacts'), true)]).toEqual(['Email', 'Phone', 'Plan']);
});
