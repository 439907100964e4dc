import { describe, expect, test } from 'vitest';
import { carriesId, chooseContact, contactsWithEmail, ownerOf } from './match.ts';
import type { MatchFacts } from './match.ts';

const ME = '0f1c2d3e-0000-4000-8000-000000000001';
const OTHER = '0f1c2d3e-0000-4000-8000-000000000002';

function known(change: Partial<MatchFacts> = {}): MatchFacts {
  return { identityId: ME, duplicateOf: null, owners: new Map(), ...change };
}

const contact = (id: string, Email: string | null, Ory_Id: string | null = null) => ({
  id,
  fields: { Email, Ory_Id },
});

describe('Rule 16: the chosen contact is', () => {
  test.each<[string, MatchFacts, ReturnType<typeof contact>[], string | null, string | undefined]>([
    ['none', known(), [], 'a@example.com', undefined],
    ['none if the email differs', known(), [contact('1', 'b@example.com')], 'a@example.com', undefined],
    [
      'the one with the email, ignoring case',
      known(),
      [contact('1', 'A@Example.com')],
      ' a@example.com',
      '1',
    ],
    [
      'the oldest of several with the email',
      known(),
      [contact('10', 'a@example.com'), contact('9', 'a@example.com')],
      'a@example.com',
      '9',
    ],
    [
      'by the value of its id, even beyond 2^53',
      known(),
      [contact('7328395000000683006', 'a@example.com'), contact('7328395000000683005', 'a@example.com')],
      'a@example.com',
      '7328395000000683005',
    ],
    [
      'the one with the Ory id before the one with the email',
      known(),
      [contact('1', 'a@example.com'), contact('2', 'b@example.com', ME)],
      'a@example.com',
      '2',
    ],
    [
      'the duplicate that Zoho named, whatever its email',
      known({ duplicateOf: '2' }),
      [contact('1', 'a@example.com'), contact('2', null)],
      'a@example.com',
      '2',
    ],
    ['none by email if the identity has none', known(), [contact('1', null)], null, undefined],
  ])('%s', (_says, who, found, email, expected) => {
    expect(chooseContact(who, found, email, 'Ory_Id')?.id).toBe(expected);
  });

  test('the one with the Ory id only if a field for it is configured', () => {
    expect(
      chooseContact(known(), [contact('1', 'b@example.com', ME)], 'a@example.com', null),
    ).toBeUndefined();
  });

  test('all contacts with the email are counted for the warning', () => {
    const found = [
      contact('1', 'A@example.com'),
      contact('2', 'a@example.com'),
      contact('3', 'b@example.com'),
    ];
    expect(contactsWithEmail(found, 'a@example.com')).toBe(2);
  });
});

describe('Rule 17: a contact is ours', () => {
  test.each<[string, MatchFacts, ReturnType<typeof contact>, boolean]>([
    ['if it has our Ory id', known(), contact('1', 'a@example.com', ME), true],
    ['if our Ory id was typed in capitals', known(), contact('1', null, ME.toUpperCase()), true],
    ['not by its email alone', known(), contact('1', 'a@example.com'), false],
    ['not with the Ory id of another identity', known(), contact('1', 'a@example.com', OTHER), false],
  ])('%s', (_says, who, found, expected) => {
    expect(carriesId(who, found, 'Ory_Id')).toBe(expected);
  });
});

describe('Rule 21: the contact belongs to', () => {
  test.each<[string, MatchFacts, ReturnType<typeof contact>, string | undefined]>([
    ['no identity', known(), contact('1', 'a@example.com'), undefined],
    [
      'us, by the ledger',
      known({ owners: new Map([['1', ME]]) }),
      contact('1', 'a@example.com', OTHER),
      undefined,
    ],
    [
      'another identity, by the ledger',
      known({ owners: new Map([['1', OTHER]]) }),
      contact('1', 'a@example.com'),
      OTHER,
    ],
    [
      'another identity by the ledger, even if it has our id',
      known({ owners: new Map([['1', OTHER]]) }),
      contact('1', 'a@example.com', ME),
      OTHER,
    ],
    ['another identity, by the Ory id in it', known(), contact('1', 'a@example.com', OTHER), OTHER],
    [
      'another identity, by an Ory id typed by hand',
      known(),
      contact('1', 'a@example.com', ` ${OTHER.toUpperCase()}`),
      OTHER,
    ],
    [
      'no identity if the field has anything else',
      known(),
      contact('1', 'a@example.com', 'imported'),
      undefined,
    ],
  ])('%s', (_says, who, found, expected) => {
    expect(ownerOf(who, found, 'Ory_Id')).toBe(expected);
  });
});
