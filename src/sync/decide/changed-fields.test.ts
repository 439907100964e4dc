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

describe('Rule 18: of a linked contact only what changed is written', () => {
  test.each<[string, MappedField, Remembered, ReadonlySet<string>, object]>([
    ['a new value', field('b'), sent('Phone', 'a'), NONE, { Phone: 'b' }],
    ['not what was sent last', field('a'), sent('Phone', 'a'), NONE, {}],
    ['a mapped field that was never sent', field('a'), NOTHING, NONE, { Phone: 'a' }],
    [
      'what was sent, when a call in doubt may have written something else',
      field('a'),
      sent('Phone', 'a'),
      new Set(['Phone']),
      { Phone: 'a' },
    ],
    ['null for a value that was sent and is gone', field(null), sent('Phone', 'a'), NONE, { Phone: null }],
    ['null for a value that may have been sent', field(null), NOTHING, new Set(['Phone']), { Phone: null }],
    ['no null where nothing was ever sent', field(null), NOTHING, NONE, {}],
    ['no null where it was cleared before', field(null), sent('Phone', null), NONE, {}],
    [
      'no null where the mapping says not to clear',
      field(null, { clear: false }),
      sent('Phone', 'a'),
      NONE,
      {},
    ],
    ['false and 0 are values', field(false), sent('Phone', 'a'), NONE, { Phone: false }],
    ['not a value Zoho has refused', field('bad'), refused('Phone', 'bad'), NONE, {}],
    ['another value than the refused one', field('good'), refused('Phone', 'bad'), NONE, { Phone: 'good' }],
    ['no on-create field', field('a', { write: 'on-create' }), NOTHING, NONE, {}],
    ['no made-up value', field('a', { madeUp: true, write: 'on-create' }), sent('Phone', 'b'), NONE, {}],
  ])('%s', (_says, mapped, remembered, inDoubt, expected) => {
    expect(fieldsChangedSince(fields({ Phone: mapped }), { remembered, inDoubt, made: false }, hash)).toEqual(
      expected,
    );
  });

  test('what is for new contacts only is written where we made the contact and do not know whether that was', () => {
    const once = fields({ Lead_Source: field('Ory', { write: 'on-create' }) });
    const known = { remembered: NOTHING, inDoubt: NONE };
    expect(fieldsChangedSince(once, { ...known, made: true }, hash)).toEqual({ Lead_Source: 'Ory' });
    expect(fieldsChangedSince(once, { ...known, made: false }, hash)).toEqual({});
  });

  test('a list counts as changed when its items do, whatever object it is', () => {
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

describe('Rules 4 and 17: compared with what the contact has', () => {
  test.each<[string, 'overwrite' | 'fill', MappedField, unknown, Remembered, ReadonlySet<string>, object]>([
    ['a differing value is overwritten', 'overwrite', field('a'), 'b', NOTHING, NONE, { Phone: 'a' }],
    ['an equal one is left', 'overwrite', field('a'), 'a', NOTHING, NONE, {}],
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
    ['what we never sent is not cleared', 'overwrite', field(null), 'b', NOTHING, NONE, {}],
    ['what we sent is cleared', 'overwrite', field(null), 'b', sent('Phone', 'b'), NONE, { Phone: null }],
    ['what is empty already is not cleared', 'overwrite', field(null), null, sent('Phone', 'b'), NONE, {}],
    ['fill: a value is left', 'fill', field('a'), 'b', NOTHING, NONE, {}],
    ['fill: null is filled', 'fill', field('a'), null, NOTHING, NONE, { Phone: 'a' }],
    ['fill: empty text is filled', 'fill', field('a'), '', NOTHING, NONE, { Phone: 'a' }],
    ['fill: an empty list is filled', 'fill', field(['a']), [], NOTHING, NONE, { Phone: ['a'] }],
    [
      'fill: a checkbox that is not ticked is empty',
      'fill',
      field(true),
      false,
      NOTHING,
      NONE,
      { Phone: true },
    ],
    ['fill: and so it is where Ory says no', 'fill', field(false), false, NOTHING, NONE, {}],
    ['fill: 0 is a value', 'fill', field(1), 0, NOTHING, NONE, {}],
    ['fill: a field that could not be read is left', 'fill', field('a'), undefined, NOTHING, NONE, {}],
    [
      'fill: what we may have written ourselves is written',
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
      'a made-up value is never written over a real one',
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

test('a new contact gets every field with a value, on-create and made-up ones too', () => {
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

  test('what was written, and of the rest what was known before', () => {
    const before = { Phone: hash.sent('Phone', 'a'), Title: hash.sent('Title', 'Dr') };
    expect(remember({ Phone: field('b'), Title: field('Dr') }, before, { Phone: 'b' })).toEqual({
      Phone: hash.sent('Phone', 'b'),
      Title: hash.sent('Title', 'Dr'),
    });
  });

  test('a field that is mapped no more is forgotten', () => {
    expect(remember({ Phone: field('a') }, { Fax: 'hash' }, {})).toEqual({});
  });

  test('a mapped field of which this snapshot tells nothing keeps what it had: it must not be sent again', () => {
    expect(remember({ Phone: field('a') }, { Title: 'hash' }, {})).toEqual({ Title: 'hash' });
  });

  test('a field that was left out since Zoho refused it keeps what it had: it can still be cleared', () => {
    expect(remember({ Title: field('Dr') }, { Phone: 'hash' }, {})).toEqual({ Phone: 'hash' });
  });

  test('a cleared field is remembered as cleared', () => {
    expect(remember({ Phone: field(null) }, { Phone: 'hash' }, { Phone: null })).toEqual({
      Phone: hash.sent('Phone', null),
    });
  });

  test('a field seen to be right, or left by `fill`, is written again only when Ory changes', () => {
    const mapped = { Phone: field('a'), Title: field(null) };
    expect(remember(mapped, {}, {}, true)).toEqual({ Phone: hash.sent('Phone', 'a') });
    expect(remember(mapped, {}, {}, false)).toEqual({});
  });

  test('on-create and made-up values are remembered when they are written, not when they are seen', () => {
    const mapped = { Phone: field('a', { write: 'on-create' }), Title: field('a', { madeUp: true }) };
    expect(remember(mapped, {}, {}, true)).toEqual({});
    expect(remember(mapped, {}, { Phone: 'a', Title: 'a' }, true)).toEqual({
      Phone: hash.sent('Phone', 'a'),
      Title: hash.sent('Title', 'a'),
    });
  });
});

describe('Rule 23: what is remembered of an excluded identity', () => {
  const before = { Phone: hash.sent('Phone', '1'), Email: hash.sent('Email', 'a'), Gone: 'x' };
  const optOut = new Map([
    ['Opt_Out', { value: true, write: 'always', clear: false, madeUp: false } as const],
  ]);
  const sent = rememberExcluded(['Phone', 'Email', 'Opt_Out'], optOut, before, { Opt_Out: true }, hash);

  test('what `otherwise` has set', () => {
    expect(sent['Opt_Out']).toBe(hash.sent('Opt_Out', true));
  });

  test('of all other mapped fields that they were sent, so that the return sends or clears them', () => {
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

  test('nothing of a field that is mapped no more', () => {
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

  test('equal values of two fields do not look equal', () => {
    expect(hash.sent('Phone', 'a')).not.toBe(hash.sent('Mobile', 'a'));
  });

  test('text and number, null and empty text differ', () => {
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
