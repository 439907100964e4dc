import { expect, test } from 'vitest';
import { isUnseen } from './unseen.ts';

const ANN = '0f1c2d3e-0000-4000-8000-000000000001';
const BOB = '0f1c2d3e-0000-4000-8000-000000000002';
const EMAIL = 'ann@example.org';
const LINKED = { id: '7', fields: {} };
const CARRIES = { id: '8', fields: { Ory: ANN } };
const ANOTHERS = { id: '9', fields: { Ory: BOB } };

test.each([
  ['no key is refused', null, [], [], false],
  ["another identity's key is refused", null, [], ['bob@example.org'], false],
  ['its email is refused', null, [], [EMAIL], true],
  ['its id is refused', null, [], [ANN], true],
  ['its email is refused, and another contact was found', null, [ANOTHERS], [EMAIL], true],
  ['its email is refused, and its link was found', '7', [LINKED], [EMAIL], false],
  ['its email is refused, and a contact with its id was found', null, [CARRIES], [EMAIL], false],
  ['its link is refused', '7', [], ['7'], true],
])('%s', (_what, contactId, contacts, refused, unseen) => {
  const keys = [ANN, EMAIL, ...(contactId === null ? [] : [contactId])];
  const answer = { contacts, refused: new Set(refused) };
  expect(isUnseen({ identityId: ANN, contactId, keys }, answer, 'Ory')).toBe(unseen);
});
