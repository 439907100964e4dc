import { expect, it } from 'vitest';
import { connected, people, upsertOf } from './connected.ts';

/** As Zoho answers when "Compliance settings" restrict a field (recorded by its developers). */
const RESTRICTED = JSON.stringify({
  code: 'INVALID_QUERY',
  details: { column_name: 'Email', module: 'Contacts' },
  message: 'the field in restricted in GDPR',
  status: 'error',
});
const LIMIT = JSON.stringify({
  code: 'LIMIT_EXCEEDED',
  details: { limit: 10_000 },
  message: 'limit exceeded',
  status: 'error',
});
const SYNTAX = JSON.stringify({ code: 'SYNTAX_ERROR', details: {}, message: 'syntax', status: 'error' });

const ORY_ID = { apiName: 'Ory_Identity_ID', dataType: 'text', length: 64, unique: { caseSensitive: false } };

function lookUpOf(emails: readonly string[]) {
  return { module: 'Contacts', emails, oryIds: [], ids: [], select: [] };
}

it.each([
  ['a restricted field', RESTRICTED],
  ['a limit', LIMIT],
  ['the syntax', SYNTAX],
])('a refusal of all queries, for %s, is remembered and costs no more calls', async (_why, body) => {
  const { zoho, control, calls, logged } = await connected();
  await control.addFault({ on: { operation: 'coql' }, times: 'always', effect: { status: 400, body } });
  const answers = [];
  for (let round = 0; round < 20; round += 1) answers.push(await zoho.lookUp(lookUpOf(['a@example.com'])));
  const { code } = JSON.parse(body);
  expect(answers).toEqual(
    answers.map(() => ({
      kind: 'not_allowed',
      why: 'coql_refused',
      message: expect.stringContaining(code),
    })),
  );
  expect(calls.filter(({ operation }) => operation === 'coql')).toHaveLength(2);
  expect(logged.filter((line) => line.includes('refuses to look contacts up'))).toHaveLength(1);
});

it('a refusal of one email says nothing about the others', async () => {
  const { zoho, control } = await connected();
  await zoho.upsert(upsertOf(people(30)));
  await control.addFault({
    on: { operation: 'coql', containing: 'person7@' },
    times: 'always',
    effect: { status: 400, body: SYNTAX },
  });
  const emails = people(30).flatMap(({ Email }) => (typeof Email === 'string' ? [Email] : []));
  const answer = await zoho.lookUp(lookUpOf(emails));
  const found = answer.kind === 'found' ? answer.contacts.map(({ fields }) => fields['Email']) : answer.kind;
  expect(found).toEqual(emails.filter((email) => email !== 'person7@example.com'));
  expect(answer).toMatchObject({ refused: new Set(['person7@example.com']) });
});

it('a refusal of one email among 200 keys costs about 20 calls, and none while it is remembered', async () => {
  const { zoho, control, calls } = await connected({ fields: [ORY_ID] });
  await control.addFault({
    on: { operation: 'coql', containing: 'person73@' },
    times: 'always',
    effect: { status: 400, body: SYNTAX },
  });
  const emails = people(100).flatMap(({ Email }) => (typeof Email === 'string' ? [Email] : []));
  const oryIds = emails.map((_, index) => `0f1c2d3e-0000-4000-8000-${String(index).padStart(12, '0')}`);
  const request = { ...lookUpOf(emails), oryIds, oryIdField: ORY_ID.apiName, select: ['Last_Name'] };
  const queries = () => calls.filter(({ operation }) => operation === 'coql').length;
  expect(await zoho.lookUp(request)).toMatchObject({ kind: 'found', refused: new Set([emails[73]]) });
  expect(queries()).toBeLessThanOrEqual(21);
  const before = queries();
  expect(await zoho.lookUp(request)).toMatchObject({ kind: 'found', refused: new Set([emails[73]]) });
  expect(queries() - before).toBe(2);
  expect(await zoho.lookUp(lookUpOf(['person73@example.com']))).toMatchObject({ contacts: [] });
  expect(queries() - before).toBe(2);
});

it('if Zoho refuses each of 1,000 emails by itself, finding that out costs a bounded number of queries', async () => {
  const { zoho, control, calls } = await connected();
  await control.addFault({
    on: { operation: 'coql', containing: 'person' },
    times: 'always',
    effect: { status: 400, body: SYNTAX },
  });
  const emails = people(1_000).flatMap(({ Email }) => (typeof Email === 'string' ? [Email] : []));
  for (let from = 0; from < emails.length; from += 50) {
    const some = emails.slice(from, from + 50);
    expect(await zoho.lookUp(lookUpOf(some))).toMatchObject({
      kind: 'found',
      contacts: [],
      refused: new Set(some),
    });
  }
  expect(calls.filter(({ operation }) => operation === 'coql').length).toBeLessThanOrEqual(150);
});

it('the log of a refusal has no email, even if Zoho repeats it', async () => {
  const { zoho, control, logged } = await connected();
  const body = JSON.stringify({
    ...JSON.parse(SYNTAX),
    message: "unexpected 'ann@example.com' and 'Ann@example.com'",
  });
  const on = { operation: 'coql', containing: 'nn@example.com' } as const;
  await control.addFault({ on, times: 'always', effect: { status: 400, body } });
  await zoho.lookUp({ ...lookUpOf(['ann@example.com', 'Ann@example.com']), ids: ['5'] });
  const refusals = logged.filter((line) => line.includes('refuses to look'));
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.join('\n')).not.toMatch(/ann@example/i);
});

it('fields that Zoho refuses to select are not taken for a refused email, and are remembered', async () => {
  const { zoho, control, calls } = await connected();
  await zoho.upsert(upsertOf(people(1)));
  await control.addFault({
    on: { operation: 'coql', containing: 'Description' },
    times: 'always',
    effect: { status: 400, body: SYNTAX },
  });
  const request = lookUpOf(['person0@example.com']);
  const withField = { ...request, select: ['Description'] };
  const queries = () => calls.filter(({ operation }) => operation === 'coql').length;
  expect(await zoho.lookUp(withField)).toMatchObject({ kind: 'refused' });
  expect(await zoho.lookUp(request)).toMatchObject({ contacts: [{}], refused: new Set() });
  const before = queries();
  expect(await zoho.lookUp(withField)).toMatchObject({ kind: 'refused' });
  expect(queries()).toBe(before);
});

it.each(['doubled', 'backslash'] as const)(
  'an apostrophe is found where Zoho takes it %s',
  async (coqlEscape) => {
    const { zoho, control, calls } = await connected({ coqlEscape });
    await zoho.upsert(upsertOf([{ Email: "o'neil@example.org", Last_Name: "O'Neil" }]));
    expect(await zoho.lookUp(lookUpOf(["o'neil@example.org"]))).toMatchObject({
      kind: 'found',
      contacts: [{}],
    });
    expect(calls.filter(({ operation }) => operation === 'coql')).toHaveLength(
      coqlEscape === 'doubled' ? 1 : 2,
    );
    expect(await control.violations()).toEqual([]);
  },
);
