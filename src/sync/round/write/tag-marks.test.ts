import { expect, test } from 'vitest';
import { tagMark, tagsInDoubt, withoutTagMarks } from './tag-marks.ts';

const fields = { call: 'write', fields: ['Email'], key: 'a@example.com' };

test('a call that adds tags is in doubt about them, and about no field', () => {
  expect(tagsInDoubt([fields, tagMark('tag', ['Ory not synced'])])).toEqual(['Ory not synced']);
});

test('tags that are surely removed are not in doubt any more, but others stay so', () => {
  const marks = [fields, tagMark('tag', ['a', 'b'])];
  expect(withoutTagMarks(marks, ['a'])).toEqual([fields, { call: 'tag', fields: ['tag:b'], key: null }]);
  expect(withoutTagMarks(marks, ['a', 'b'])).toEqual([fields]);
});
