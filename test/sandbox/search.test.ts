import { describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { Crm, idOf, itemOf, rowsOf, sandboxFor } from './calls.ts';

const SCOPES = [...DEFAULT_SCOPES, 'ZohoSearch.securesearch.READ', 'ZohoCRM.settings.modules.READ'];
const PEOPLE = [
  { Last_Name: 'Lee', First_Name: 'Ann', Email: 'ann@example.com', Phone: '+1' },
  { Last_Name: "O'Neil (B)", Secondary_Email: 'ann@example.com', Mobile: '+1' },
  { Last_Name: 'Zed', First_Name: 'Ann', Email: 'zed@example.com' },
];

async function crmWith(options: SandboxOptions = {}) {
  const sandbox = await sandboxFor({ scopes: SCOPES, searchLagMs: 0, ...options });
  await sandbox.control.seedContacts(PEOPLE);
  return { sandbox, crm: await Crm.of(sandbox) };
}

const search = (crm: Crm, query: string) => crm.send('GET', `Contacts/search?${query}`);

describe('a search', () => {
  test.each([
    ['email=ANN@example.com', ["O'Neil (B)", 'Lee']],
    ['phone=%2B1', ["O'Neil (B)", 'Lee']],
    ['word=zed', ['Zed']],
    ['criteria=(Last_Name:equals:lee)', ['Lee']],
    [`criteria=(Last_Name:equals:${encodeURIComponent(String.raw`O'Neil \(B\)`)})`, ["O'Neil (B)"]],
    ['criteria=((First_Name:equals:Ann)and(Last_Name:starts_with:Z))', ['Zed']],
    ['criteria=(First_Name:equals:Ann)and(Last_Name:starts_with:Z)', ['Zed']],
    ['criteria=((Last_Name:in:Lee,Zed)or(Last_Name:equals:x))', ['Zed', 'Lee']],
  ])('by %s finds %j', async (query, names) => {
    const { crm } = await crmWith();
    const answer = await search(crm, query);
    expect(rowsOf(answer).map((row) => row['Last_Name'])).toEqual(names);
    expect(answer.json).toMatchObject({ info: { count: names.length, page: 1, more_records: false } });
  });

  test.each([
    ['', 'REQUIRED_PARAM_MISSING'],
    ['criteria=(Nope:equals:x)', 'INVALID_QUERY'],
    ['criteria=(Email:like:x)', 'INVALID_QUERY'],
    ['criteria=Email', 'INVALID_QUERY'],
    [`criteria=${'(Email:equals:x)or'.repeat(10)}(Email:equals:x)`, 'LIMIT_EXCEEDED'],
    ['word=Lee&page=11', 'LIMIT_REACHED'],
  ])('by "%s" is refused with %s', async (query, code) => {
    const { crm } = await crmWith();
    expect(await search(crm, query)).toMatchObject({ status: 400, json: { code } });
  });

  test('finds nothing with 204, and a new record only after a while', async () => {
    const { sandbox, crm } = await crmWith({ searchLagMs: 5_000 });
    expect(await search(crm, 'email=ann@example.com')).toMatchObject({ status: 204, text: '' });
    expect((await crm.coql("select id from Contacts where Email = 'ann@example.com'")).status).toBe(200);
    await sandbox.control.advanceClock(5_001);
    expect((await search(crm, 'email=ann@example.com')).status).toBe(200);
  });

  test('needs the scope of the search besides that of the module', async () => {
    const { crm } = await crmWith({ scopes: DEFAULT_SCOPES });
    expect((await search(crm, 'word=Lee')).json).toMatchObject({ code: 'OAUTH_SCOPE_MISMATCH' });
  });
});

describe('a count', () => {
  test.each([
    ['', 3],
    ['?criteria=(First_Name:equals:Ann)', 2],
    ['?email=nobody@example.com', 0],
  ])('of the records%s is %i', async (query, count) => {
    const { crm } = await crmWith();
    expect(await crm.send('GET', `Contacts/actions/count${query}`)).toMatchObject({
      status: 200,
      json: { count },
    });
  });
});

describe('the deleted records', () => {
  test('are listed by type and page, newest first, and are 204 without any', async () => {
    const { sandbox, crm } = await crmWith();
    const list = (query = '') => crm.send('GET', `Contacts/deleted${query}`);
    expect(await list()).toMatchObject({ status: 204, text: '' });
    const ids = [
      idOf(await crm.upsert([{ Last_Name: 'Old' }])),
      idOf(await crm.upsert([{ Last_Name: 'New' }])),
    ];
    await crm.send('DELETE', `Contacts?ids=${ids[0]}`);
    await sandbox.control.advanceClock(61 * 24 * 60 * 60 * 1000);
    const later = await Crm.of(sandbox);
    await later.send('DELETE', `Contacts?ids=${ids[1]}`);
    const all = await later.send('GET', 'Contacts/deleted?type=all');
    expect(rowsOf(all)).toMatchObject([
      { id: ids[1], type: 'recycle', display_name: 'New', deleted_by: { name: 'Sandbox User' } },
      { id: ids[0], type: 'permanent', display_name: null, deleted_by: null },
    ]);
    expect(all.json).toMatchObject({ info: { per_page: 200, count: 2, page: 1, more_records: false } });
    const permanent = await later.send('GET', 'Contacts/deleted?type=permanent');
    expect(rowsOf(permanent)).toMatchObject([{ id: ids[0] }]);
    const second = await later.send('GET', 'Contacts/deleted?per_page=1&page=2');
    expect(rowsOf(second)).toMatchObject([{ id: ids[0] }]);
    expect((await later.send('GET', 'Contacts/deleted?page=2')).status).toBe(204);
    expect(itemOf(await later.send('GET', 'Contacts/deleted?type=x'))).toMatchObject({
      code: 'PATTERN_NOT_MATCHED',
      details: { param_name: 'type' },
    });
  });
});

test('the modules are listed, and each can be read alone', async () => {
  const { crm } = await crmWith();
  const contacts = { api_name: 'Contacts', singular_label: 'Contact', api_supported: true };
  expect(await crm.send('GET', 'settings/modules')).toMatchObject({
    json: { modules: [contacts, { api_name: 'Leads' }] },
  });
  expect(await crm.send('GET', 'settings/modules/Contacts')).toMatchObject({ json: { modules: [contacts] } });
  expect(await crm.send('GET', 'settings/modules/X')).toMatchObject({
    status: 400,
    json: { code: 'INVALID_MODULE' },
  });
});

test.each(['v2', 'v8'])('tags of one record are added and removed below it in %s', async (version) => {
  const { sandbox } = await crmWith();
  const crm = await Crm.of(sandbox, version);
  const id = idOf(await crm.upsert([{ Last_Name: 'L' }]));
  const send = (action: string, name: string) => {
    const path = `Contacts/${id}/actions/${action}`;
    if (version === 'v2') return crm.send('POST', `${path}?tag_names=${name}`);
    return crm.send('POST', path, { tags: [{ name }] });
  };
  const tags = async () => (await sandbox.control.contact(id))?.fields['Tag'];
  expect(itemOf(await send('add_tags', 'New'))).toMatchObject({ code: 'SUCCESS', details: { id } });
  expect(await tags()).toMatchObject([{ name: 'New' }]);
  expect(itemOf(await send('remove_tags', 'new'))).toMatchObject({ code: 'SUCCESS' });
  expect(await tags()).toEqual([]);
});

test.each([
  ['refused', '999', 400],
  ['empty', '999', 204],
  ['empty', 'abc', 400],
] as const)('reading an unknown id that is %s: %s is %i', async (unknownId, id, status) => {
  const crm = await Crm.of(await sandboxFor({ unknownId }));
  expect((await crm.send('GET', `Contacts/${id}`)).status).toBe(status);
});
