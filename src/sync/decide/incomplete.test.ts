import { describe, expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import { incompleteAfter } from './incomplete.ts';
import type { Incompleteness } from './incomplete.ts';

const field = (change: Partial<MappedField> = {}): MappedField => ({
  value: 'abc',
  write: 'always',
  clear: true,
  madeUp: false,
  ...change,
});
const cutField = (change: Partial<MappedField> = {}) => field({ cutFrom: 5, ...change });
const CUT: IncompleteField = { field: 'A', reason: 'cut', message: 'The text was cut to 3 of 5 characters.' };
const UNFIT: IncompleteField = { field: 'A', reason: 'unfit', message: 'why' };
const problem = { field: 'A', message: 'why' };
const hash = { sent: (name: string, value: unknown) => `${name}=${String(value)}` };

function after(change: Partial<Incompleteness>): IncompleteField[] {
  const nothing = { problems: [], tagsRefused: null, written: {}, sent: {}, before: [] };
  return incompleteAfter({ mapped: ['A', 'B'], fields: new Map(), ...nothing, ...change }, hash);
}

describe('a contact is told to be incomplete', () => {
  test.each<[what: string, change: Partial<Incompleteness>, expected: IncompleteField[]]>([
    ['not without a reason', { fields: new Map([['A', field()]]), written: { A: 'abc' } }, []],
    ['where a value does not fit', { problems: [problem] }, [UNFIT]],
    ['not for what `when` could not yield', { problems: [{ field: 'when', message: 'why' }] }, []],
    ['where a text was cut', { fields: new Map([['A', cutField()]]), written: { A: 'abc' } }, [CUT]],
    [
      'where it has the cut text already',
      { fields: new Map([['A', cutField()]]), sent: { A: 'A=abc' } },
      [CUT],
    ],
    [
      'not where a cut text was not written',
      { fields: new Map([['A', cutField()]]), sent: { A: 'A=x' } },
      [],
    ],
    ['once for a field with both', { fields: new Map([['A', cutField()]]), problems: [problem] }, [UNFIT]],
    ['no more once the text fits', { fields: new Map([['A', field()]]), before: [CUT] }, []],
    ['by a snapshot that does not tell the field, as before', { before: [CUT] }, [CUT]],
    ['not for a field that is mapped no more', { before: [{ ...CUT, field: 'C' }] }, []],
    [
      'as when it was made, for what new contacts alone get',
      { fields: new Map([['A', field({ write: 'on-create' })]]), before: [CUT] },
      [CUT],
    ],
    [
      'where Zoho refused its tags',
      { tagsRefused: 'why' },
      [{ field: 'Tag', reason: 'refused', message: 'why' }],
    ],
    ['no more once it took them', { before: [{ field: 'Tag', reason: 'refused', message: 'why' }] }, []],
  ])('%s', (_what, change, expected) => {
    expect(after(change)).toEqual(expected);
  });
});
