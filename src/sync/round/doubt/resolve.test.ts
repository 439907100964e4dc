import { describe, expect, test } from 'vitest';
import type { FoundContact } from '../../../model/contact.ts';
import type { Mark } from '../../../store/outbox/row.ts';
import { fieldHashes } from '../../decide/changed-fields.ts';
import { mustShowSent, resolveDoubt, settledMarks } from './resolve.ts';

const hash = fieldHashes((text) => text, 'mapping', new Map());
const sent = (fields: { [name: string]: string }) => ({
  ...upsert,
  sent: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hash.sent(name, value)])),
});
import type { Doubt } from './resolve.ts';

const ME = '0f1c2d3e-0000-4000-8000-000000000001';
const OTHER = '0f1c2d3e-0000-4000-8000-000000000002';
const MATCH = ['Ory_Id', 'Email'];

const upsert: Mark = { call: 'lost', fields: ['Email', 'Phone'], key: 'old@example.com', matchBy: MATCH };
const adoption: Mark = { call: 'lost', fields: ['Phone'], key: null, contact: '7' };
const emailUpdate: Mark = { call: 'lost', fields: ['Email'], key: 'new@example.com' };
const contact = (id: string, Email: string | null, Ory_Id: string | null = null): FoundContact => ({
  id,
  fields: { Email, Ory_Id },
});

function doubt(change: Partial<Doubt>): Doubt {
  return {
    identityId: ME,
    contactId: null,
    marks: [upsert],
    found: [],
    owners: new Map(),
    byEmail: true,
    strict: false,
    ...change,
  };
}

describe('Rule 11: the contact of an unanswered call is', () => {
  test.each<[string, Partial<Doubt>, string | undefined]>([
    ['the one with the email that was sent', { found: [contact('5', 'OLD@example.com')] }, '5'],
    [
      'the oldest of several',
      { found: [contact('10', 'old@example.com'), contact('9', 'old@example.com')] },
      '9',
    ],
    [
      'the one with our Ory id rather than the one with the email',
      { found: [contact('1', 'old@example.com'), contact('2', 'x@example.com', ME)] },
      '2',
    ],
    [
      'not one with the id of another identity',
      { found: [contact('1', 'old@example.com', OTHER)] },
      undefined,
    ],
    [
      'not one that another identity is linked to',
      { found: [contact('1', 'old@example.com')], owners: new Map([['1', OTHER]]) },
      undefined,
    ],
    ['none if nothing was made', {}, undefined],
    [
      'the one that was being adopted, whatever its email is by now',
      { marks: [adoption], found: [contact('7', 'x@example.com')] },
      '7',
    ],
    [
      'the linked one, if only its email is in doubt',
      { contactId: '3', marks: [emailUpdate], found: [contact('3', 'old@example.com')] },
      '3',
    ],
    [
      'not an unknown one that has the email of a lost update',
      { contactId: '3', marks: [emailUpdate], found: [contact('4', 'new@example.com')] },
      undefined,
    ],
    [
      'a new one, if the linked one is gone and the call was to make another',
      { contactId: '3', found: [contact('5', 'old@example.com')] },
      '5',
    ],
  ])('%s', (_says, change, expected) => {
    const resolved = resolveDoubt(doubt(change), 'Ory_Id', hash);
    expect(resolved.is === 'contact' ? resolved.contact.id : resolved.is).toBe(expected ?? 'none');
  });
});

describe('Rule 11: that contact counts as', () => {
  test.each<[string, Mark[], FoundContact, 'made' | 'found']>([
    ['made after an upsert', [upsert], contact('5', 'old@example.com'), 'made'],
    ['found after an adoption', [adoption], contact('7', 'old@example.com'), 'found'],
    [
      'made if only the second call of a creation is in doubt',
      [{ ...adoption, made: true }],
      contact('7', 'old@example.com'),
      'made',
    ],
  ])('%s', (_says, marks, found, origin) => {
    expect(resolveDoubt(doubt({ marks, found: [found] }), null, hash)).toMatchObject({
      is: 'contact',
      origin,
    });
  });
});

describe('Rule 11: with several contacts that have the sent email', () => {
  const shows = (id: string, fields: object): FoundContact => ({
    id,
    fields: { Email: 'old@example.com', Ory_Id: null, ...fields },
  });
  const ours = shows('9', { Phone: '+1', Title: 'CEO' });
  const typed = shows('5', { Phone: '+2', Title: 'CEO' });
  const marks = [sent({ Phone: '+1', Title: 'CEO' })];

  test.each<[string, Partial<Doubt>, object]>([
    ['one that shows the sent values is ours', { found: [typed, ours] }, { contact: ours, origin: 'made' }],
    ['one that does not was found', { found: [typed] }, { contact: typed, origin: 'found' }],
    ['in strict mode, one that does not is ignored', { found: [typed], strict: true }, { is: 'none' }],
    [
      'each field may show what any of several calls sent',
      { found: [typed], strict: true, marks: [sent({ Phone: '+1', Title: 'CEO' }), sent({ Phone: '+2' })] },
      { contact: typed, origin: 'made' },
    ],
    [
      'a field that could not be read counts neither for nor against',
      { found: [shows('9', { Phone: '+1' })], strict: true },
      { contact: { id: '9' } },
    ],
    [
      'a fraction does not either, because Zoho rounds it',
      { found: [shows('9', { Phone: '+1', Title: 1.23 })], strict: true },
      { contact: { id: '9' } },
    ],
  ])('%s', (_says, change, expected) => {
    expect(resolveDoubt(doubt({ marks, ...change }), null, hash)).toMatchObject(expected);
  });

  const LENIENT = {
    adopt: 'overwrite',
    adoptUnverified: true,
    deleted: 'leave',
    otherwise: 'leave',
  } as const;
  const upserted = { kind: 'upsert', policy: null } as const;
  test.each([
    ['would be adopted anyway', upserted, LENIENT, false],
    ['must not be overwritten: adopt: fill', upserted, { ...LENIENT, adopt: 'fill' }, true],
    [
      'must not be taken over: adopt_unverified: false',
      upserted,
      { ...LENIENT, adoptUnverified: false },
      true,
    ],
    ['may be deleted: deleted: delete', upserted, { ...LENIENT, deleted: 'delete' }, true],
    ['may be deleted: otherwise: delete', upserted, { ...LENIENT, otherwise: 'delete' }, true],
    ['is to be erased', { ...upserted, kind: 'erase' }, LENIENT, true],
    ['is to be deleted', { ...upserted, kind: 'delete' }, LENIENT, true],
  ] as const)('a contact that %s', (_what, row, rules, must) => {
    expect(mustShowSent(row, rules)).toBe(must);
  });
});

describe('Rule 11: if contacts cannot be looked up by email', () => {
  test('the newest upsert is repeated, with the email as it was sent', () => {
    const newer: Mark = { ...upsert, call: 'newer', key: 'ann@example.com', email: 'Ann@Example.com' };
    expect(resolveDoubt(doubt({ marks: [upsert, newer], byEmail: false }), 'Ory_Id', hash)).toEqual({
      is: 'repeat',
      call: { email: 'Ann@Example.com', matchBy: MATCH },
    });
  });

  test('an update of an unknown contact is not repeated', () => {
    expect(resolveDoubt(doubt({ marks: [adoption], byEmail: false }), null, hash)).toEqual({ is: 'none' });
  });

  test('an insert is not repeated, because it would make a second contact', () => {
    const insert: Mark = { ...upsert, call: 'newer', matchBy: [] };
    const lost = { ...doubt({ marks: [upsert, insert] }), found: [] };
    expect(resolveDoubt({ ...lost, byEmail: false }, null, hash)).toEqual({ is: 'unknown' });
    expect(resolveDoubt({ ...lost, byEmail: true }, null, hash)).toEqual({ is: 'none' });
  });

  test('a contact that is known by its id needs no repeated call', () => {
    const known = doubt({ contactId: '3', found: [contact('3', 'old@example.com')], byEmail: false });
    expect(resolveDoubt(known, null, hash)).toMatchObject({ is: 'contact' });
  });
});

describe('Rule 11: the marks that remain once a doubt is settled', () => {
  const tag: Mark = { call: 'tag', fields: ['tag:Ory'], key: null };

  test.each<[string, Mark[], string | null, boolean, Mark[]]>([
    [
      'keep the fields, so that a value that is gone is cleared',
      [upsert],
      '5',
      false,
      [{ call: 'lost', fields: upsert.fields, key: null }],
    ],
    [
      'note that the repeated call made the contact',
      [upsert],
      '5',
      true,
      [{ call: 'lost', fields: upsert.fields, key: null, made: true }],
    ],
    ['drop calls that had no effect, and keep other marks', [upsert, tag], null, false, [tag]],
  ])('%s', (_says, marks, contactId, made, left) => {
    expect(settledMarks(marks, contactId, made)).toEqual(left);
  });
});
