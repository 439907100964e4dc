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

/** Ids of contacts, by what is said of them. */
function told(found: Partial<LookedUp>, change: Partial<Erasure>) {
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

describe('what is said of a contact before an erasure', () => {
  test.each<[string, Partial<LookedUp>, Partial<Erasure>, Partial<typeof NOTHING> | object]>([
    [
      'the link goes',
      { contacts: [contact('7')], links: new Map([['7', ANN]]), owners: new Map([['7', ANN]]) },
      { contactId: '7' },
      { goes: ['7'] },
    ],
    ['a contact that nobody is linked to stays', { contacts: [contact('7')] }, {}, { stays: ['7'] }],
    [
      'one that a lost upsert may have made may go',
      { contacts: [contact('7')], doubters: new Map([['7', ANN]]) },
      { marks: [upsert] },
      { mayGo: ['7'] },
    ],
    [
      'of two with its email the older may go',
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
      'beside the link none may go',
      { contacts: [contact('6'), contact('7')], links: new Map([['6', ANN]]), owners: new Map([['6', ANN]]) },
      { contactId: '6', marks: [upsert] },
      { goes: ['6'], stays: ['7'] },
    ],
    [
      'one in doubt that is linked to another identity does not',
      { contacts: [contact('7')], links: new Map([['7', BOB]]), owners: new Map([['7', BOB]]) },
      { marks: [upsert] },
      {},
    ],
    [
      'one that a lost call for another identity may have made is that one’s',
      { contacts: [contact('7')], doubters: new Map([['7', BOB]]) },
      {},
      { anothers: ['7 doubt'] },
    ],
    [
      'one that carries its Ory id goes',
      { contacts: [contact('7', { [ORY_ID]: ANN })], owners: new Map([['7', ANN]]) },
      {},
      { goes: ['7'] },
    ],
  ])('%s', (_says, found, erasure, expected) => {
    expect(told(found, erasure)).toEqual({ ...NOTHING, ...expected });
  });
});
