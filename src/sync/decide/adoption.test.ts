import { describe, expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import { fieldsOfLinked, fills, mustSee, rememberKept } from './adoption.ts';
import type { LinkedFields, Origin } from './adoption.ts';
import { fieldHashes } from './changed-fields.ts';
import type { Remembered } from './changed-fields.ts';

const hash = fieldHashes((text) => `hmac(${text})`, 'mapping', new Map());
const of = (value: MappedField['value']) => hash.sent('Phone', value);

function field(value: MappedField['value'], change: Partial<MappedField> = {}): MappedField {
  return { value, write: 'always', clear: true, madeUp: false, ...change };
}

function linked(phone: MappedField, change: Partial<LinkedFields> = {}): LinkedFields {
  return {
    fields: new Map([['Phone', phone]]),
    remembered: { sent: {}, refused: {} },
    inDoubt: new Set(),
    fills: true,
    origin: 'found',
    compare: false,
    made: false,
    ...change,
  };
}

const remembered = (change: Partial<Remembered>): Remembered => ({ sent: {}, refused: {}, ...change });
const seen = (has: unknown) => ({ id: '1', fields: has === undefined ? {} : { Phone: has } });

describe('adopt: fill applies to a linked contact', () => {
  test.each<[string, Origin, boolean, 'fill' | 'overwrite', boolean]>([
    ['that existed before', 'found', false, 'fill', true],
    ['of unknown origin', null, false, 'fill', true],
    ['but not to one that we made', 'made', false, 'fill', false],
    ['but not if a person insists', 'found', true, 'fill', false],
    ['but not under overwrite', 'found', false, 'overwrite', false],
  ])('%s', (_says, origin, insists, adopt, expected) => {
    expect(fills({ origin, insists }, { adopt })).toBe(expected);
  });
});

describe('Rule 17: in a linked contact', () => {
  const kept = remembered({ kept: { Phone: of('a') } });
  const sent = remembered({ sent: { Phone: of('a') } });
  const remapped = (one: Remembered) => ({ ...one, sameContent: true });
  test.each<[string, LinkedFields, unknown, { see: boolean; written: object }]>([
    ['a field left alone stays', linked(field('a'), { remembered: kept }), 'x', { see: false, written: {} }],
    [
      'a field left alone also stays when it is compared',
      linked(field('a'), { remembered: kept, compare: true }),
      'x',
      { see: true, written: {} },
    ],
    [
      'an Ory-id field that was set later is written, even if lookups are not allowed',
      linked(field('a'), { oryIdField: 'Phone' }),
      undefined,
      { see: false, written: { Phone: 'a' } },
    ],
    [
      "a field left alone is written when Ory's value changes",
      linked(field('b'), { remembered: kept }),
      'x',
      { see: false, written: { Phone: 'b' } },
    ],
    [
      'a field left alone is not cleared, because it was never sent',
      linked(field(null), { remembered: kept, compare: true }),
      'x',
      { see: true, written: {} },
    ],
    ...(
      [
        ['that still shows it is written', field('b'), 'a', { Phone: 'b' }],
        ['that is still empty is written', field('b'), null, { Phone: 'b' }],
        ['that a salesperson filled meanwhile stays', field('b'), 'x', {}],
        ['that a salesperson filled meanwhile is not cleared', field(null), 'x', {}],
        ['that still shows it is cleared', field(null), 'a', { Phone: null }],
      ] as const
    ).map(
      ([what, mapped, has, written]): [string, LinkedFields, unknown, { see: boolean; written: object }] => [
        `a field that its adoption may have written, and ${what}`,
        linked(mapped, {
          remembered: remembered({ maybeSent: { Phone: [of('a')] } }),
          inDoubt: new Set(['Phone']),
        }),
        has,
        { see: true, written },
      ],
    ),
    [
      'a field left alone stays if both the mapping and other data in Ory have changed',
      linked(field('b'), { remembered: { ...kept, otherMapping: true } }),
      'x',
      { see: true, written: {} },
    ],
    [
      'a field left alone is written if a call in doubt may have written it',
      linked(field('a'), { remembered: kept, inDoubt: new Set(['Phone']) }),
      'x',
      { see: false, written: { Phone: 'a' } },
    ],
    [
      'a field left alone stays if only the mapping changes its value',
      linked(field('b'), { remembered: remapped(kept) }),
      'x',
      { see: true, written: {} },
    ],
    [
      'but is filled if it is empty by then',
      linked(field('b'), { remembered: remapped(kept) }),
      null,
      { see: true, written: { Phone: 'b' } },
    ],
    [
      'a field mapped later is looked at first, and stays',
      linked(field('a')),
      'x',
      { see: true, written: {} },
    ],
    [
      'a field mapped later is filled if it is empty',
      linked(field('a')),
      null,
      { see: true, written: { Phone: 'a' } },
    ],
    [
      'a field mapped later stays if it cannot be read',
      linked(field('a')),
      undefined,
      { see: true, written: {} },
    ],
    [
      'a field mapped later that has no value needs no lookup',
      linked(field(null)),
      'x',
      { see: false, written: {} },
    ],
    [
      'a field mapped later is written if we made the contact',
      linked(field('a'), { fills: false, origin: 'made' }),
      'x',
      { see: false, written: { Phone: 'a' } },
    ],
    [
      'a field that we wrote and a person changed is set back when it is compared',
      linked(field('a'), { remembered: sent, compare: true }),
      'x',
      { see: true, written: { Phone: 'a' } },
    ],
    [
      'but not in a link from before `kept` was stored',
      linked(field('a'), { remembered: sent, compare: true, origin: null }),
      'x',
      { see: true, written: {} },
    ],
  ])('%s', (_says, one, has, expected) => {
    expect(mustSee(one, hash)).toBe(expected.see);
    expect(fieldsOfLinked(one, seen(has), hash)).toEqual(expected.written);
  });
});

describe('As kept, a delivery remembers', () => {
  const delivered = (phone: MappedField, change: object) => ({
    mapped: ['Phone'],
    fields: new Map([['Phone', phone]]),
    before: { sent: {}, refused: {} },
    written: {},
    contact: undefined,
    ...change,
  });
  test.each<[string, Parameters<typeof rememberKept>[0], object]>([
    ['a field that was not empty', delivered(field('a'), { contact: seen('x') }), { Phone: of('a') }],
    ["not one that has Ory's value", delivered(field('a'), { contact: seen('a') }), {}],
    ['not one that was written', delivered(field('a'), { contact: seen(null), written: { Phone: 'a' } }), {}],
    ['one that has no value in Ory', delivered(field(null), { contact: seen('x') }), { Phone: of(null) }],
    ['one that could not be read', delivered(field('a'), { contact: seen(undefined) }), { Phone: of('a') }],
    [
      'none that is for new contacts only',
      delivered(field('a', { write: 'on-create' }), { contact: seen('x') }),
      {},
    ],
    ['none if fill does not apply', delivered(field('a'), {}), {}],
    [
      'an earlier one, with its earlier value while Ory has none',
      delivered(field(null), { before: remembered({ kept: { Phone: of('a') } }) }),
      { Phone: of('a') },
    ],
    [
      'an earlier one, with the value that another mapping makes',
      delivered(field('b'), { before: remembered({ kept: { Phone: of('a') }, sameContent: true }) }),
      { Phone: of('b') },
    ],
    [
      'not an earlier one after it was written',
      delivered(field('b'), { before: remembered({ kept: { Phone: of('a') } }), written: { Phone: 'b' } }),
      {},
    ],
    [
      'none that was sent before, even if a person has changed it since',
      delivered(field('a'), { before: remembered({ sent: { Phone: of('a') } }), contact: seen('x') }),
      {},
    ],
  ])('%s', (_says, one, expected) => {
    expect(rememberKept(one, hash)).toEqual(expected);
  });
});
