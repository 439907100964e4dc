import { describe, expect, it } from 'vitest';
import type { WriteAnswer } from '../../src/model/zoho-answer.ts';
import { connected, people, upsertOf } from './connected.ts';

const ORY_ID = '0f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0';
const oryIdField = { apiName: 'Ory_Id', dataType: 'text', length: 64, unique: { caseSensitive: false } };

function idsOf(answer: WriteAnswer): readonly string[] {
  if (answer.kind !== 'answered') throw new Error(`not answered: ${JSON.stringify(answer)}`);
  return answer.items.map((item) => (item.kind === 'done' ? item.contactId : ''));
}

describe.each(['v2', 'v8'])('with API %s', (version) => {
  it('inserts, then updates what the check field finds', async () => {
    const { zoho, control } = await connected({}, { version });
    const first = await zoho.upsert(upsertOf(people(3)));
    expect(first).toMatchObject({
      kind: 'answered',
      items: people(3).map(() => ({ kind: 'done', action: 'insert', duplicateField: null })),
    });
    const second = await zoho.upsert(upsertOf([{ Email: 'person1@example.com', Last_Name: 'Changed' }]));
    const [, id] = idsOf(first);
    expect(second).toEqual({
      kind: 'answered',
      items: [{ kind: 'done', action: 'update', contactId: id, duplicateField: 'Email' }],
    });
    expect(await control.contact(id ?? '')).toMatchObject({ fields: { Last_Name: 'Changed' } });
    expect(await control.violations()).toEqual([]);
  });

  it('answers each record separately when Zoho refuses some', async () => {
    const { zoho } = await connected({}, { version });
    const records = [
      { Email: 'a@example.com', Last_Name: 'A' },
      { Email: 'b@example.com' },
      { Email: 'c@example.com', Last_Name: 'C', Phone: '1'.repeat(31) },
    ];
    expect(await zoho.upsert(upsertOf(records))).toMatchObject({
      kind: 'answered',
      items: [
        { kind: 'done', action: 'insert' },
        { kind: 'error', error: { kind: 'mandatory', fields: ['Last_Name'] } },
        { kind: 'error', error: { kind: 'field', code: 'INVALID_DATA', fields: ['Phone'] } },
      ],
    });
    expect(await zoho.upsert(upsertOf(records.slice(1, 2)))).toMatchObject({
      kind: 'answered',
      items: [{ kind: 'error', error: { kind: 'mandatory' } }],
    });
  });

  it('updates by id, clears a field with null, and reports a missing contact', async () => {
    const { zoho, control } = await connected({}, { version });
    const [id = ''] = idsOf(await zoho.upsert(upsertOf([{ ...people(1)[0], Phone: '+49 1' }])));
    const answer = await zoho.update({
      module: 'Contacts',
      records: [
        { id, Phone: null },
        { id: '7328395000009999999', Phone: '1' },
      ],
      trigger: [],
    });
    expect(answer).toMatchObject({
      items: [
        { kind: 'done', action: 'update', contactId: id },
        { kind: 'error', error: { kind: 'gone' } },
      ],
    });
    expect((await control.contact(id))?.fields).toMatchObject({ Phone: null, Last_Name: 'Person 0' });
  });

  it('reads the field list', async () => {
    const { zoho } = await connected({ fields: [oryIdField] }, { version });
    const answer = await zoho.fields('Contacts');
    if (answer.kind !== 'fields') throw new Error(answer.kind);
    expect(answer.fields.get('Last_Name')).toMatchObject({
      length: 80,
      mandatory: true,
      unique: false,
      writable: true,
    });
    expect(answer.fields.get('Ory_Id')).toMatchObject({ length: 64, unique: true });
    // The list of v2 does not say what the API may write. Zoho ignores such a value.
    expect(answer.fields.get('Full_Name')).toMatchObject({ writable: version === 'v2' });
  });
});

it('runs the given triggers and the assignment rule', async () => {
  const { zoho, control } = await connected({ assignmentRules: { '123': '456' } });
  const [silent = ''] = idsOf(await zoho.upsert(upsertOf(people(1))));
  const request = {
    ...upsertOf([{ Email: 'b@example.com', Last_Name: 'B' }]),
    trigger: ['workflow'],
    assignmentRule: '123',
  };
  const [loud = ''] = idsOf(await zoho.upsert(request));
  expect((await control.contact(silent))?.history).toMatchObject([{ trigger: [] }]);
  expect((await control.contact(loud))?.history).toMatchObject([{ trigger: ['workflow'], lar_id: '123' }]);
});

it('names the other record when a unique value is taken', async () => {
  const { zoho, control } = await connected({ fields: [oryIdField] });
  const { id: other } = await control.putContact(null, { Last_Name: 'Other', Ory_Id: ORY_ID });
  const { id: mine } = await control.putContact(null, { Last_Name: 'Mine', Email: 'mine@example.com' });
  const answer = await zoho.update({
    module: 'Contacts',
    records: [{ id: mine, Ory_Id: ORY_ID }],
    trigger: [],
  });
  expect(answer).toMatchObject({
    items: [
      {
        error: { kind: 'duplicate', duplicates: [{ field: 'Ory_Id', contactId: other, module: 'Contacts' }] },
      },
    ],
  });
});

it.each([
  ['locked', 'later'],
  ['not_approved', 'later'],
] as const)('reports that a %s contact has to be tried later', async (state, kind) => {
  const { zoho, control } = await connected();
  const { id } = await control.putContact(null, { Last_Name: 'A', Email: 'a@example.com' });
  await control.setRecordState(id, state);
  const answer = await zoho.update({ module: 'Contacts', records: [{ id, Phone: '1' }], trigger: [] });
  expect(answer).toMatchObject({ kind: 'answered', items: [{ kind: 'error', error: { kind } }] });
});

describe('looking up', () => {
  const request = { module: 'Contacts', select: ['Phone'], emails: [], oryIds: [], ids: [] };

  it('finds contacts by id, Ory id and email, each once, oldest first', async () => {
    const { zoho, control } = await connected({ fields: [oryIdField] });
    const ids = await control.seedContacts([
      { Last_Name: 'A', Email: 'a@example.com', Phone: '1' },
      { Last_Name: 'B', Email: "o'brien@example.com" },
      { Last_Name: 'C', Ory_Id: ORY_ID },
      { Last_Name: 'D', Email: 'a@example.com' },
      { Last_Name: 'E', Email: 'e@example.com' },
    ]);
    const answer = await zoho.lookUp({
      ...request,
      emails: ['A@example.com', "o'brien@example.com", 'nobody@example.com', 'no email'],
      oryIdField: 'Ory_Id',
      oryIds: [ORY_ID],
      ids: [ids[0] ?? '', '7328395000009999999'],
    });
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(answer.contacts.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    expect(answer.contacts[0]?.fields).toEqual({ Email: 'a@example.com', Ory_Id: null, Phone: '1' });
    expect(await control.violations()).toEqual([]);
  });

  it('finds nothing and makes no call if there are no usable keys', async () => {
    const { zoho, calls } = await connected();
    expect(await zoho.lookUp({ ...request, emails: ['a@example.com'] })).toEqual({
      kind: 'found',
      contacts: [],
      refused: new Set(),
    });
    expect(await zoho.lookUp({ ...request, emails: ["x') or id is not null or Email in ('"] })).toEqual({
      kind: 'found',
      contacts: [],
      refused: new Set(),
    });
    expect(calls).toHaveLength(1);
  });

  it('asks for 50 keys and 200 contacts at a time until there are no more', async () => {
    const { zoho, control, calls } = await connected();
    await control.seedContacts([
      ...Array.from({ length: 450 }, (_, index) => ({ Last_Name: `${index}`, Email: 'shared@example.com' })),
      ...Array.from({ length: 120 }, (_, index) => ({
        Last_Name: `${index}`,
        Email: `person${index}@example.com`,
      })),
    ]);
    const emails = [
      'shared@example.com',
      ...Array.from({ length: 120 }, (_, index) => `person${index}@example.com`),
    ];
    const answer = await zoho.lookUp({ ...request, emails });
    expect(answer.kind === 'found' && answer.contacts.length).toBe(570);
    expect(calls.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(
      Array(5).fill('coql ok'),
    );
    expect(zoho.stats().creditsUsed).toBe(5);
  });

  it('writes a quote as documented when Zoho refuses the doubled one', async () => {
    const { zoho, control, calls } = await connected();
    const answers = [
      ["o''brien", 400, { code: 'SYNTAX_ERROR', details: {}, message: 'invalid query formed' }],
      [String.raw`o\\'brien`, 200, { data: [{ id: '7' }], info: { count: 1, more_records: false } }],
    ] as const;
    for (const [containing, status, body] of answers) {
      const on = { operation: 'coql', containing } as const;
      await control.addFault({ on, effect: { status, body: JSON.stringify(body) } });
    }
    const answer = await zoho.lookUp({ ...request, emails: ['a@example.com', "o'brien@example.com"] });
    expect(answer).toMatchObject({ kind: 'found', contacts: [{ id: '7' }] });
    expect(calls.map(({ outcome }) => outcome)).toEqual(['ok', 'refused', 'ok']);
  });

  it('returns a refusal of the query', async () => {
    const { zoho } = await connected();
    const answer = await zoho.lookUp({ ...request, select: ['No_Such_Field'], emails: ['a@example.com'] });
    expect(answer).toMatchObject({ kind: 'refused', code: 'INVALID_QUERY', status: 400 });
  });
});

describe('without an optional scope', () => {
  const scopes = ['ZohoCRM.modules.contacts.ALL'];

  it('says that the scope is missing, and asks again only with a new token', async () => {
    const { zoho, control, calls } = await connected({ scopes });
    const request = { module: 'Contacts', select: [], emails: ['a@example.com'], oryIds: [], ids: [] };
    for (const answer of [await zoho.lookUp(request), await zoho.lookUp(request)])
      expect(answer).toMatchObject({ kind: 'not_allowed', why: 'no_scope' });
    expect(await zoho.fields('Contacts')).toEqual({ kind: 'no_scope' });
    expect(calls.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      'coql scope',
      'fields scope',
    ]);
    expect((await control.counters()).tokens_issued).toBe(1);

    await control.configure({ scopes: [...scopes, 'ZohoCRM.coql.READ'] });
    await control.revokeAccessTokens();
    await zoho.upsert(upsertOf(people(1)));
    expect(await zoho.lookUp(request)).toEqual({ kind: 'found', contacts: [], refused: new Set() });
  });
});

it('makes no call without records, and refuses more than Zoho takes', async () => {
  const { zoho, calls } = await connected();
  expect(await zoho.upsert(upsertOf([]))).toEqual({ kind: 'answered', items: [] });
  await expect(zoho.upsert(upsertOf(people(101)))).rejects.toThrow(RangeError);
  expect(calls).toEqual([]);
});

it('observes each call once, and counts the credits as Zoho does', async () => {
  const { zoho, control, calls } = await connected();
  await zoho.upsert(upsertOf(people(100)));
  await zoho.upsert(upsertOf(people(1)));
  await zoho.fields('Contacts');
  expect(calls).toMatchObject([
    { operation: 'upsert', records: 100, outcome: 'ok', credits: 10 },
    { operation: 'upsert', records: 1, outcome: 'ok', credits: 1 },
    { operation: 'fields', records: 0, outcome: 'ok', credits: 1 },
  ]);
  expect(zoho.stats()).toMatchObject({ creditsUsed: 12, creditsRemaining: undefined, inFlight: 0 });
  expect((await control.counters()).credits_used).toBe(12);
});

it('notes what Zoho says of the credits once half of them are used', async () => {
  const { zoho } = await connected({ credits: 30 });
  await zoho.upsert(upsertOf(people(100)));
  expect(zoho.stats()).toMatchObject({ creditsRemaining: undefined, creditsHalf: undefined });
  await zoho.upsert(upsertOf(people(60)));
  await zoho.upsert(upsertOf(people(10)));
  expect(zoho.stats()).toMatchObject({ creditsRemaining: 13, creditsHalf: 14 });
});
