import { expect, test } from 'vitest';
import { isUuid, uuidIn } from './uuid.ts';

test.each([
  ['9f425a8d-7efc-4768-8f23-7647a74fdf13', '9f425a8d-7efc-4768-8f23-7647a74fdf13'],
  ['9F425A8D-7EFC-4768-8F23-7647A74FDF13', '9f425a8d-7efc-4768-8f23-7647a74fdf13'],
  [' 9f425a8d-7efc-4768-8f23-7647a74fdf13', undefined],
  ['9f425a8d-7efc-4768-8f23-7647a74fdf13\n', undefined],
  ['9f425a8d7efc47688f237647a74fdf13', undefined],
  ['9f425a8d-7efc-4768-8f23-7647a74fdf1g', undefined],
  ['', undefined],
])('the UUID in %j is %j', (text, expected) => {
  expect(uuidIn(text)).toBe(expected);
  expect(isUuid(text)).toBe(expected !== undefined);
});
