import { describe, expect, test } from 'vitest';
import type { FieldMeta } from '../../model/contact.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import {
  fieldHashes,
  fieldsChangedSince,
  fieldsThatDiffer,
  fieldsToCreate,
  rememberExcluded,
  rememberSent,
} from './changed-fields.ts';
import type { Remembered } from './changed-fields.ts';

const hash = fieldHashes((text) => `hmac(${text})`, 'mapping', new Map());

function field(value: MappedField['value'], change: Partial<MappedField> = {}): MappedField {
  return { value, write: 'always', clear: true, madeUp: false, ...change };
}

const fields = (values: { [name: string]: MappedField }) => new Map(Object.entries(values));
const sent = (name: string, value: MappedField['value']): Remembered => ({
  sent: { [name]: hash.sent(name, value) },
  refused: {},
});
const refused = (name: string, value: MappedField['value']): Remembered => ({
  sent: {},
  refused: { [name]: hash.refused(name, value) },
});
const NOTHING: Remembered = { sent: {}, refused: {} };
const NONE = new Set<string>();

describe('Rule 18: only changes are written to a linked contact', () => {
  test.each<[string, MappedField, Remembered, ReadonlySet<string>, object]>([
    ['a new value', field('b'), sent('Phone', 'a'), NONE, { Phone: 'b' }],
    ['no value that was sent last', field('a'), sent('Phone', 'a'), NONE, {}],
    ['a mapped field that was never sent', field('a'), NOTHING, NONE, { Phone: 'a' }],
    [
      'a value that was sent, if a call in doubt may have written another one',
      field('a'),
      sent('Phone', 'a'),
      new Set(['Phone']),
      { Phone: 'a' },
    ],
    ['null for a value that was sent and is gone', field(null), sent('Phone', 'a'), NONE, { Phone: null }],
    ['null for a value that may have been sent', field(null), NOTHING, new Set(['Phone']), { Phone: null }],
    ['no null if nothing was ever sent', field(null), NOTHING, NONE, {}],
    ['no null if it was cleared before', field(null), sent('Phone', null), NONE, {}],
    ['no null if the mapping says not to clear', field(null, { clear: false }), sent('Phone', 'a'), NONE, {}],
    ['false and 0 are values', field(false), sent('Phone', 'a'), NONE, { Phone: false }],
    ['no value that Zoho has refused', field('bad'), refused('Phone', 'bad'), NONE, {}],
    ['a value other than the refused one', field('good'), refused('Phone', 'bad'), NONE, { Phone: 'good' }],
    ['no on-create field', field('a', { write: 'on-create' }), NOTHING, NONE, {}],
    ['no made-up value', field('a', { madeUp: true, write: 'on-create' }), sent('Phone', 'b'), NONE, {}],
  ])('%s', (_says, mapped, remembered, inDoubt, expected) => {
    expect(fieldsChangedSince(fields({ Phone: mapped }), { remembered, inDoubt, made: false }, hash)).toEqual(
      expected,
    );
  });

  test('on-create fields are written if we made the contact and do not know whether they were written', () => {
    const once = fields({ Lead_Source: field('Ory', { write: 'on-create' }) });
    const known = { remembered: NOTHING, inDoubt: NONE };
    expect(fieldsChangedSince(once, { ...known, made: true }, hash)).toEqual({ Lead_Source: 'Ory' });
    expect(fieldsChangedSince(once, { ...known, made: false }, hash)).toEqual({});
  });

  test('a list counts as changed when its items do, even if it is another object', () => {
    const remembered = sent('Tags', ['a', 'b']);
    expect(
      fieldsChangedSince(
        fields({ Tags: field(['a', 'b']) }),
        { remembered, inDoubt: NONE, made: false },
        hash,
      ),
    ).toEqual({});
    expect(
      fieldsChangedSince(
        fields({ Tags: field(['b', 'a']) }),
        { remembered, inDoubt: NONE, made: false },
        hash,
      ),
    ).toEqual({
      Tags: ['b', 'a'],
    });
  });
});

describe('Rules 4 and 17: compared with the contact', () => {
  test.each<[string, 'overwrite' | 'fill', MappedField, unknown, Remembered, ReadonlySet<string>, object]>([
    ['a different value is overwritten', 'overwrite', field('a'), 'b', NOTHING, NONE, { Phone: 'a' }],
    ['an equal one is left alone', 'overwrite', field('a'), 'a', NOTHING, NONE, {}],
    [
      'an equal one in doubt is written',
      'overwrite',
      field('a'),
      'a',
      NOTHING,
      new Set(['Phone']),
      { Phone: 'a' },
    ],
    ['an unknown one is written', 'overwrite', field('a'), undefined, NOTHING, NONE, { Phone: 'a' }],
    ['a field that we never sent is not cleared', 'overwrite', field(null), 'b', NOTHING, NONE, {}],
    [
      'a field that we sent is cleared',
      'overwrite',
      field(null),
      'b',
      sent('Phone', 'b'),
      NONE,
      { Phone: null },
    ],
    ['an empty field is not cleared', 'overwrite', field(null), null, sent('Phone', 'b'), NONE, {}],
    ['fill: a value is left alone', 'fill', field('a'), 'b', NOTHING, NONE, {}],
    ['fill: null is filled', 'fill', field('a'), null, NOTHING, NONE, { Phone: 'a' }],
    ['fill: empty text is filled', 'fill', field('a'), '', NOTHING, NONE, { Phone: 'a' }],
    ['fill: an empty list is filled', 'fill', field(['a']), [], NOTHING, NONE, { Phone: ['a'] }],
    ['fill: an unticked checkbox is empty', 'fill', field(true), false, NOTHING, NONE, { Phone: true }],
    ['fill: and it is if Ory says no', 'fill', field(false), false, NOTHING, NONE, {}],
    ['fill: 0 is a value', 'fill', field(1), 0, NOTHING, NONE, {}],
    ['fill: a field that could not be read is left alone', 'fill', field('a'), undefined, NOTHING, NONE, {}],
    [
      'fill: a value that we may have written ourselves is overwritten',
      'fill',
      field('a'),
      'b',
      NOTHING,
      new Set(['Phone']),
      { Phone: 'a' },
    ],
    ['a refused value is left out', 'overwrite', field('bad'), 'b', refused('Phone', 'bad'), NONE, {}],
    [
      'an on-create field is left out',
      'overwrite',
      field('a', { write: 'on-create' }),
      null,
      NOTHING,
      NONE,
      {},
    ],
    [
      'a made-up value never replaces a real one',
      'overwrite',
      field('a', { madeUp: true }),
      'Doe',
      NOTHING,
      NONE,
      {},
    ],
  ])('%s', (_says, policy, mapped, has, remembered, inDoubt, expected) => {
    const contact = { id: '1', fields: has === undefined ? {} : { Phone: has } };
    expect(fieldsThatDiffer(fields({ Phone: mapped }), contact, policy, remembered, inDoubt, hash)).toEqual(
      expected,
    );
  });
});

test('a new contact gets every field with a value, including on-create and made-up ones', () => {
  const mapped = fields({
    Email: field('a@example.com'),
    Lead_Source: field('Ory', { write: 'on-create' }),
    Last_Name: field('a', { madeUp: true, write: 'on-create' }),
    Phone: field(null),
    Opt_Out: field(false),
  });
  expect(fieldsToCreate(mapped)).toEqual({
    Email: 'a@example.com',
    Lead_Source: 'Ory',
    Last_Name: 'a',
    Opt_Out: false,
  });
});

describe('Rule 18: what is remembered as sent', () => {
  const remember = (
    mapped: { [name: string]: MappedField },
    before: Remembered['sent'],
    written: { [name: string]: MappedField['value'] },
    seen = false,
  ) => rememberSent(['Phone', 'Title'], fields(mapped), before, written, seen, hash);

  test('values that were written, and earlier ones for the other fields', () => {
    const before = { Phone: hash.sent('Phone', 'a'), Title: hash.sent('Title', 'Dr') };
    expect(remember({ Phone: field('b'), Title: field('Dr') }, before, { Phone: 'b' })).toEqual({
      Phone: hash.sent('Phone', 'b'),
      Title: hash.sent('Title', 'Dr'),
    });
  });

  test('not a field that is not mapped any more', () => {
    expect(remember({ Phone: field('a') }, { Fax: 'hash' }, {})).toEqual({});
  });

  test('the earlier value of a mapped field that this snapshot does not have, so that it is not sent again', () => {
    expect(remember({ Phone: field('a') }, { Title: 'hash' }, {})).toEqual({ Title: 'hash' });
  });

  test('the earlier value of a field that was left out after Zoho refused it, so that it can still be cleared', () => {
    expect(remember({ Title: field('Dr') }, { Phone: 'hash' }, {})).toEqual({ Phone: 'hash' });
  });

  test('a cleared field as cleared', () => {
    expect(remember({ Phone: field(null) }, { Phone: 'hash' }, { Phone: null })).toEqual({
      Phone: hash.sent('Phone', null),
    });
  });

  test('a field with the right value, or left by `fill`, so that only a change in Ory writes it again', () => {
    const mapped = { Phone: field('a'), Title: field(null) };
    expect(remember(mapped, {}, {}, true)).toEqual({ Phone: hash.sent('Phone', 'a') });
    expect(remember(mapped, {}, {}, false)).toEqual({});
  });

  test('on-create and made-up values when they are written, not when they are seen', () => {
    const mapped = { Phone: field('a', { write: 'on-create' }), Title: field('a', { madeUp: true }) };
    expect(remember(mapped, {}, {}, true)).toEqual({});
    expect(remember(mapped, {}, { Phone: 'a', Title: 'a' }, true)).toEqual({
      Phone: hash.sent('Phone', 'a'),
      Title: hash.sent('Title', 'a'),
    });
  });
});

describe('Rule 23: for an excluded identity, the ledger remembers', () => {
  const before = { Phone: hash.sent('Phone', '1'), Email: hash.sent('Email', 'a'), Gone: 'x' };
  const optOut = new Map([
    ['Opt_Out', { value: true, write: 'always', clear: false, madeUp: false } as const],
  ]);
  const sent = rememberExcluded(['Phone', 'Email', 'Opt_Out'], optOut, before, { Opt_Out: true }, hash);

  test('the fields that `otherwise` set', () => {
    expect(sent['Opt_Out']).toBe(hash.sent('Opt_Out', true));
  });

  test('that all other mapped fields were sent, so that they are sent or cleared on return', () => {
    const back = new Map([
      ['Phone', { value: null, write: 'always', clear: true, madeUp: false } as const],
      ['Email', { value: 'a', write: 'always', clear: true, madeUp: false } as const],
    ]);
    expect(
      fieldsChangedSince(back, { remembered: { sent, refused: {} }, inDoubt: NONE, made: false }, hash),
    ).toEqual({
      Phone: null,
      Email: 'a',
    });
  });

  test('nothing about a field that is not mapped any more', () => {
    expect(sent).not.toHaveProperty('Gone');
  });
});

describe('Hashes', () => {
  const phone: FieldMeta = {
    apiName: 'Phone',
    dataType: 'phone',
    length: 30,
    unique: false,
    mandatory: false,
    writable: true,
  };
  const hashes = (mapping: string, meta: FieldMeta | undefined) =>
    fieldHashes((text) => text, mapping, new Map(meta === undefined ? [] : [['Phone', meta]]));

  test('equal values of two fields have different hashes', () => {
    expect(hash.sent('Phone', 'a')).not.toBe(hash.sent('Mobile', 'a'));
  });

  test('text and number, null and empty text have different hashes', () => {
    expect(hash.sent('Phone', '1')).not.toBe(hash.sent('Phone', 1));
    expect(hash.sent('Phone', null)).not.toBe(hash.sent('Phone', ''));
  });

  test('a refused value is tried again when the mapping or the metadata of the field changes', () => {
    const before = hashes('one', phone).refused('Phone', 'bad');
    expect(hashes('one', phone).refused('Phone', 'bad')).toBe(before);
    expect(hashes('two', phone).refused('Phone', 'bad')).not.toBe(before);
    expect(hashes('one', { ...phone, length: 50 }).refused('Phone', 'bad')).not.toBe(before);
    expect(hashes('one', undefined).refused('Phone', 'bad')).not.toBe(before);
  });

  test('a sent value is not sent again for a changed mapping', () => {
    expect(hashes('two', undefined).sent('Phone', 'a')).toBe(hashes('one', phone).sent('Phone', 'a'));
  });
});
