import { describe, expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import type { FieldValue } from '../../model/contact.ts';
import { withSentInDoubt } from '../../model/sent-field.ts';
import { fieldHashes, rememberExcluded } from './changed-fields.ts';
import { fieldsOfHeir } from './inherit.ts';
import type { Heir } from './inherit.ts';

// An HMAC may begin with any sign of base64url.
const hash = fieldHashes((text) => `-hmac(${text})`, 'mapping', new Map());
const sentBefore = (value: FieldValue | null) => ({ Field: hash.sent('Field', value) });

function field(value: MappedField['value'], change: Partial<MappedField> = {}): MappedField {
  return { value, write: 'always', clear: true, madeUp: false, ...change };
}

function heir(mapped: MappedField | undefined, change: Partial<Heir> = {}): Heir {
  return {
    fields: new Map(mapped === undefined ? [] : [['Field', mapped]]),
    remembered: { sent: {}, refused: {} },
    inDoubt: new Set(),
    policy: 'overwrite',
    ownNames: ['Field'],
    mandatory: new Set(),
    ...change,
  };
}

const fill = { policy: 'fill' } as const;
const mandatory = { mandatory: new Set(['Field']) };
const ofBefore = sentBefore('first');

describe('Rule 21: a field of a contact that another identity gave up', () => {
  test.each<[string, Heir, { sent: object; has: unknown }, object]>([
    ['that holds what we wrote is set', heir(field('b')), { sent: ofBefore, has: 'first' }, { Field: 'b' }],
    ['so under fill', heir(field('b'), fill), { sent: ofBefore, has: 'first' }, { Field: 'b' }],
    ['is cleared without a value', heir(field(null)), { sent: ofBefore, has: 'first' }, { Field: null }],
    ['so under fill', heir(field(null), fill), { sent: ofBefore, has: 'first' }, { Field: null }],
    [
      'is cleared where the mapping does not clear: that is about one person alone',
      heir(field(null, { clear: false })),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    [
      'is cleared where the snapshot does not tell',
      heir(undefined),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    [
      'is not cleared where it is mandatory',
      heir(field(null), mandatory),
      { sent: ofBefore, has: 'first' },
      {},
    ],
    [
      'gets a name that is made up, over the name of the other',
      heir(field('ann', { madeUp: true }), mandatory),
      { sent: ofBefore, has: 'first' },
      { Field: 'ann' },
    ],
    [
      'is set where it is written once only: for the other it was',
      heir(field('b', { write: 'on-create' })),
      { sent: ofBefore, has: 'first' },
      { Field: 'b' },
    ],
    [
      'that the mapping has no more is cleared, if it could be read',
      heir(undefined, { ownNames: [] }),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    [
      'that a call without an answer may have written is cleared, whatever it holds',
      heir(field(null)),
      { sent: withSentInDoubt(ofBefore, ['Field']), has: 'typed' },
      { Field: null },
    ],
    ['is left where both say the same', heir(field('first')), { sent: ofBefore, has: 'first' }, {}],
    [
      'that a person changed is overwritten',
      heir(field('b')),
      { sent: ofBefore, has: 'typed' },
      { Field: 'b' },
    ],
    ['that a person changed stays under fill', heir(field('b'), fill), { sent: ofBefore, has: 'typed' }, {}],
    ['that a person changed is not cleared', heir(field(null)), { sent: ofBefore, has: 'typed' }, {}],
    [
      'that a person emptied is filled',
      heir(field('b'), fill),
      { sent: ofBefore, has: null },
      { Field: 'b' },
    ],
    ['that we never wrote is not cleared', heir(field(null)), { sent: {}, has: 'typed' }, {}],
    ['that we never wrote stays under fill', heir(field('b'), fill), { sent: {}, has: 'typed' }, {}],
    [
      'that a person changed stays where it is written once only',
      heir(field('b', { write: 'on-create' })),
      { sent: ofBefore, has: 'typed' },
      {},
    ],
    ['that could not be read is not cleared', heir(field(null)), { sent: ofBefore, has: undefined }, {}],
    [
      'that could not be read is written',
      heir(field('b')),
      { sent: ofBefore, has: undefined },
      { Field: 'b' },
    ],
    [
      'that could not be read stays under fill',
      heir(field('b'), fill),
      { sent: ofBefore, has: undefined },
      {},
    ],
    [
      'of an identity that was excluded holds what we wrote too',
      heir(field(null)),
      { sent: rememberExcluded(['Field'], new Map(), ofBefore, {}, hash), has: 'first' },
      { Field: null },
    ],
    [
      'that we wrote for the newcomer already is set anew',
      heir(field('c'), { ...fill, remembered: { sent: sentBefore('b'), refused: {} } }),
      { sent: ofBefore, has: 'b' },
      { Field: 'c' },
    ],
    [
      'that a call in doubt may have written is written',
      heir(field(null), { ...fill, inDoubt: new Set(['Field']) }),
      { sent: ofBefore, has: 'typed' },
      { Field: null },
    ],
    [
      'with a moment in another time zone is known again',
      heir(field(null)),
      { sent: sentBefore('2026-05-14T10:51:02+00:00'), has: '2026-05-14T12:51:02+02:00' },
      { Field: null },
    ],
    [
      'with choices in another order is known again',
      heir(field(null)),
      { sent: sentBefore(['c', 'a', 'b']), has: ['a', 'b', 'c'] },
      { Field: null },
    ],
    [
      'with a record and its name is known again',
      heir(field(null)),
      { sent: sentBefore({ id: '7' }), has: { id: '7', name: 'Acme' } },
      { Field: null },
    ],
    [
      'that is ticked is unticked',
      heir(field(false)),
      { sent: sentBefore(true), has: true },
      { Field: false },
    ],
    ['that is ticked is cleared', heir(field(null)), { sent: sentBefore(true), has: true }, { Field: null }],
    ['that is not ticked is empty', heir(field(null)), { sent: sentBefore(false), has: false }, {}],
  ])('%s', (_says, one, { sent, has }, expected) => {
    const contact = { id: '1', fields: has === undefined ? {} : { Field: has } };
    const inherited = { contactId: '1', sent: { ...sent }, tags: [], origin: 'made' } as const;
    expect(fieldsOfHeir(one, contact, inherited, hash)).toEqual(expected);
  });
});
