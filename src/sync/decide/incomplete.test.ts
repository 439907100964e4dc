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

describe('a contact counts as incomplete', () => {
  test.each<[what: string, change: Partial<Incompleteness>, expected: IncompleteField[]]>([
    ['but not without a reason', { fields: new Map([['A', field()]]), written: { A: 'abc' } }, []],
    ['if a value does not fit', { problems: [problem] }, [UNFIT]],
    ['but not if `when` gives no value', { problems: [{ field: 'when', message: 'why' }] }, []],
    ['if a text was cut', { fields: new Map([['A', cutField()]]), written: { A: 'abc' } }, [CUT]],
    ['if it already has the cut text', { fields: new Map([['A', cutField()]]), sent: { A: 'A=abc' } }, [CUT]],
    [
      'but not if the cut text was not written',
      { fields: new Map([['A', cutField()]]), sent: { A: 'A=x' } },
      [],
    ],
    ['once for a field with both', { fields: new Map([['A', cutField()]]), problems: [problem] }, [UNFIT]],
    ['but not once the text fits', { fields: new Map([['A', field()]]), before: [CUT] }, []],
    ['as before, if the snapshot does not have the field', { before: [CUT] }, [CUT]],
    ['but not for a field that is not mapped any more', { before: [{ ...CUT, field: 'C' }] }, []],
    [
      'as at its creation, for fields of new contacts only',
      { fields: new Map([['A', field({ write: 'on-create' })]]), before: [CUT] },
      [CUT],
    ],
    [
      'if Zoho refused its tags',
      { tagsRefused: 'why' },
      [{ field: 'Tag', reason: 'refused', message: 'why' }],
    ],
    ['but not once it accepted them', { before: [{ field: 'Tag', reason: 'refused', message: 'why' }] }, []],
  ])('%s', (_what, change, expected) => {
    expect(after(change)).toEqual(expected);
  });
});
