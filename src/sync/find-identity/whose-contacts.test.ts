import { describe, expect, test } from 'vitest';
import type { Erasure } from '../../store/erasure.ts';
import type { Mark } from '../../store/outbox/row.ts';
import { fieldHashes } from '../decide/changed-fields.ts';
import { NOBODY } from './look-up-contacts.ts';
import type { LookedUp } from './look-up-contacts.ts';
import { contactsOf, unlinkedOf } from './whose-contacts.ts';

const ANN = '0f1c2d3e-0000-4000-8000-000000000001';
const BOB = '0f1c2d3e-0000-4000-8000-000000000002';
const ORY_ID = 'Ory_Identity_ID';

const hash = fieldHashes((text) => text, 'mapping', new Map());

const upsert: Mark = { call: 'lost', fields: ['Email'], key: 'ann@example.org', matchBy: ['Email'] };
const adoption: Mark = { call: 'lost', fields: ['Email'], key: null, contact: '7' };

function contact(id: string, fields: Record<string, string> = {}) {
  return { id, fields: { Email: 'ann@example.org', ...fields } };
}

function erasureOf(change: Partial<Erasure> = {}): Erasure {
  return {
    erasedAt: null,
    contactId: null,
    kind: 'upsert',
    state: 'waiting',
    emailKey: 'ann@example.org',
    marks: [],
    erasedContacts: [],
    putOff: false,
    reason: null,
    message: null,
    ...change,
  };
}

/** The ids of the contacts, by what happens to them. */
function sorted(found: Partial<LookedUp>, change: Partial<Erasure>) {
  const all = { ...NOBODY, ...found };
  const known = { identityId: ANN, emailKey: 'ann@example.org', erasure: erasureOf(change) };
  const subject = contactsOf(known, all, ORY_ID, hash);
  return {
    goes: subject.contacts.map(({ id }) => id),
    mayGo: subject.doubted.map(({ id }) => id),
    anothers: subject.others.map(({ contact: { id }, by }) => `${id} ${by}`),
    stays: unlinkedOf(all, [subject]).map(({ id }) => id),
  };
}

const NOTHING = { goes: [], mayGo: [], anothers: [], stays: [] };

describe('before an erasure, the report says for each contact:', () => {
  test.each<[string, Partial<LookedUp>, Partial<Erasure>, Partial<typeof NOTHING> | object]>([
    [
      'the linked one goes',
      { contacts: [contact('7')], links: new Map([['7', ANN]]), owners: new Map([['7', ANN]]) },
      { contactId: '7' },
      { goes: ['7'] },
    ],
    ['one that is linked to no identity stays', { contacts: [contact('7')] }, {}, { stays: ['7'] }],
    [
      'one that a lost upsert may have made may go',
      { contacts: [contact('7')], doubters: new Map([['7', ANN]]) },
      { marks: [upsert] },
      { mayGo: ['7'] },
    ],
    [
      'the older of two with its email may go',
      {
        contacts: [contact('8'), contact('7')],
        doubters: new Map([
          ['7', ANN],
          ['8', ANN],
        ]),
      },
      { marks: [upsert] },
      { mayGo: ['7'], stays: ['8'] },
    ],
    [
      'one that a lost update was to adopt may go',
      { contacts: [contact('7', { Email: 'other@example.org' })] },
      { marks: [adoption] },
      { mayGo: ['7'] },
    ],
    [
      'if there is a linked one, no other may go',
      { contacts: [contact('6'), contact('7')], links: new Map([['6', ANN]]), owners: new Map([['6', ANN]]) },
      { contactId: '6', marks: [upsert] },
      { goes: ['6'], stays: ['7'] },
    ],
    [
      'one in doubt that is linked to another identity does not go',
      { contacts: [contact('7')], links: new Map([['7', BOB]]), owners: new Map([['7', BOB]]) },
      { marks: [upsert] },
      {},
    ],
    [
      'one that a lost call of another identity may have made belongs to that identity',
      { contacts: [contact('7')], doubters: new Map([['7', BOB]]) },
      {},
      { anothers: ['7 doubt'] },
    ],
    [
      'one with its Ory id goes',
      { contacts: [contact('7', { [ORY_ID]: ANN })], owners: new Map([['7', ANN]]) },
      {},
      { goes: ['7'] },
    ],
  ])('%s', (_says, found, erasure, expected) => {
    expect(sorted(found, erasure)).toEqual({ ...NOTHING, ...expected });
  });
});
