import { describe, expect, test } from 'vitest';
import { chosen, filterOf } from './selection.ts';

const ID = '0f1c2d3e-0000-4000-8000-00000000000a';

test.each([
  [ID, { identityId: ID }],
  [ID.toUpperCase(), { identityId: ID }],
  [' Ann@Example.org ', { emailKey: 'ann@example.org' }],
])('%j names %j', (who, filter) => {
  expect(filterOf(who)).toEqual(filter);
});

test('what is neither an email nor an id is refused', () => {
  expect(() => filterOf('ann')).toThrow('neither an email nor the id');
});

describe('what a command changes', () => {
  test('is named: a person, a reason, a field, or all', () => {
    expect(chosen(ID, {})).toMatchObject({ identityId: ID });
    expect(chosen(undefined, { reason: 'email_taken' })).toMatchObject({ reason: 'email_taken' });
    expect(chosen('ann@example.org', { field: 'Phone' })).toMatchObject({
      emailKey: 'ann@example.org',
      field: 'Phone',
    });
    expect(Object.values(chosen(undefined, { all: true })).filter((one) => one !== undefined)).toEqual([]);
  });

  test.each([
    ['nothing', undefined, {}],
    ['all and some', ID, { all: true }],
    ['all of a reason', undefined, { all: true, reason: 'when' }],
  ])('is never guessed: %s', (_what, who, options) => {
    expect(() => chosen(who, options)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
