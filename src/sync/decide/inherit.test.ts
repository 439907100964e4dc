import { describe, expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import type { FieldValue } from '../../model/contact.ts';
import { withSentInDoubt } from '../../model/sent-field.ts';
import { fieldHashes, rememberExcluded } from './changed-fields.ts';
import { fieldsOfHeir } from './inherit.ts';
import type { Heir } from './inherit.ts';

// An HMAC may begin with any character of base64url.
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
    [
      'is set if it has the value that we wrote',
      heir(field('b')),
      { sent: ofBefore, has: 'first' },
      { Field: 'b' },
    ],
    ['also under fill', heir(field('b'), fill), { sent: ofBefore, has: 'first' }, { Field: 'b' }],
    ['is cleared if there is no value', heir(field(null)), { sent: ofBefore, has: 'first' }, { Field: null }],
    ['also under fill', heir(field(null), fill), { sent: ofBefore, has: 'first' }, { Field: null }],
    [
      'is cleared even with `clear: false`, which is about a single person',
      heir(field(null, { clear: false })),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    [
      'is cleared if the snapshot does not have it',
      heir(undefined),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    ['is not cleared if it is mandatory', heir(field(null), mandatory), { sent: ofBefore, has: 'first' }, {}],
    [
      "gets a made-up name instead of the other person's name",
      heir(field('ann', { madeUp: true }), mandatory),
      { sent: ofBefore, has: 'first' },
      { Field: 'ann' },
    ],
    [
      'is set even with `write: on-create`, because the old value was for the other identity',
      heir(field('b', { write: 'on-create' })),
      { sent: ofBefore, has: 'first' },
      { Field: 'b' },
    ],
    [
      'is cleared if the mapping does not have it any more, and it could be read',
      heir(undefined, { ownNames: [] }),
      { sent: ofBefore, has: 'first' },
      { Field: null },
    ],
    [
      'is cleared if an unanswered call may have written it, whatever it has',
      heir(field(null)),
      { sent: withSentInDoubt(ofBefore, ['Field']), has: 'typed' },
      { Field: null },
    ],
    ['is left alone if both values are the same', heir(field('first')), { sent: ofBefore, has: 'first' }, {}],
    [
      'is overwritten if a person changed it',
      heir(field('b')),
      { sent: ofBefore, has: 'typed' },
      { Field: 'b' },
    ],
    ['stays under fill if a person changed it', heir(field('b'), fill), { sent: ofBefore, has: 'typed' }, {}],
    ['is not cleared if a person changed it', heir(field(null)), { sent: ofBefore, has: 'typed' }, {}],
    [
      'is filled if a person emptied it',
      heir(field('b'), fill),
      { sent: ofBefore, has: null },
      { Field: 'b' },
    ],
    ['is not cleared if we never wrote it', heir(field(null)), { sent: {}, has: 'typed' }, {}],
    ['stays under fill if we never wrote it', heir(field('b'), fill), { sent: {}, has: 'typed' }, {}],
    [
      'stays with `write: on-create` if a person changed it',
      heir(field('b', { write: 'on-create' })),
      { sent: ofBefore, has: 'typed' },
      {},
    ],
    ['is not cleared if it could not be read', heir(field(null)), { sent: ofBefore, has: undefined }, {}],
    [
      'is written if it could not be read',
      heir(field('b')),
      { sent: ofBefore, has: undefined },
      { Field: 'b' },
    ],
    [
      'stays under fill if it could not be read',
      heir(field('b'), fill),
      { sent: ofBefore, has: undefined },
      {},
    ],
    [
      'is also recognized if the other identity was excluded',
      heir(field(null)),
      { sent: rememberExcluded(['Field'], new Map(), ofBefore, {}, hash), has: 'first' },
      { Field: null },
    ],
    [
      'is set again if we already wrote it for the newcomer',
      heir(field('c'), { ...fill, remembered: { sent: sentBefore('b'), refused: {} } }),
      { sent: ofBefore, has: 'b' },
      { Field: 'c' },
    ],
    [
      'is written if a call in doubt may have written it',
      heir(field(null), { ...fill, inDoubt: new Set(['Field']) }),
      { sent: ofBefore, has: 'typed' },
      { Field: null },
    ],
    [
      'is recognized with a time in another time zone',
      heir(field(null)),
      { sent: sentBefore('2026-05-14T10:51:02+00:00'), has: '2026-05-14T12:51:02+02:00' },
      { Field: null },
    ],
    [
      'is recognized with choices in another order',
      heir(field(null)),
      { sent: sentBefore(['c', 'a', 'b']), has: ['a', 'b', 'c'] },
      { Field: null },
    ],
    [
      'is recognized with a record and its name',
      heir(field(null)),
      { sent: sentBefore({ id: '7' }), has: { id: '7', name: 'Acme' } },
      { Field: null },
    ],
    [
      'is unticked if it is ticked',
      heir(field(false)),
      { sent: sentBefore(true), has: true },
      { Field: false },
    ],
    ['is cleared if it is ticked', heir(field(null)), { sent: sentBefore(true), has: true }, { Field: null }],
    ['is empty if it is not ticked', heir(field(null)), { sent: sentBefore(false), has: false }, {}],
  ])('%s', (_says, one, { sent, has }, expected) => {
    const contact = { id: '1', fields: has === undefined ? {} : { Field: has } };
    const inherited = { contactId: '1', sent: { ...sent }, tags: [], origin: 'made' } as const;
    expect(fieldsOfHeir(one, contact, inherited, hash)).toEqual(expected);
  });
});
