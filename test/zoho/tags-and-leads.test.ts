import { describe, expect, it } from 'vitest';
import { connected, people, upsertOf } from './connected.ts';

describe.each(['v2', 'v3', 'v8'])('tags with API %s', (version) => {
  it('are added besides existing tags, and removed', async () => {
    const { zoho, control, calls } = await connected({}, { version });
    const ids = await control.seedContacts([
      { Last_Name: 'A', Tag: [{ name: 'Theirs' }] },
      { Last_Name: 'B' },
    ]);
    const request = { module: 'Contacts', ids };
    expect(await zoho.addTags({ ...request, tags: ['Ory', 'Sign-up & more'] })).toEqual({
      kind: 'answered',
      items: ids.map((contactId) => ({ kind: 'done', action: 'update', contactId, duplicateField: null })),
    });
    const tags = async () => (await control.contacts()).map(({ fields }) => fields['Tag']);
    const both = [{ name: 'Ory' }, { name: 'Sign-up & more' }];
    expect(await tags()).toMatchObject([[{ name: 'Theirs' }, ...both], both]);
    await zoho.removeTags({ ...request, tags: ['Ory'] });
    expect(await tags()).toMatchObject([[{ name: 'Theirs' }, both[1]], [both[1]]]);
    expect(calls.map(({ operation, credits }) => [operation, credits])).toEqual([
      ['tag', 1],
      ['tag', 1],
    ]);
    expect(await control.violations()).toEqual([]);
  });

  it('fail only for the contact that is gone, alone or among others', async () => {
    const { zoho, control } = await connected({}, { version });
    const [id = ''] = await control.seedContacts([{ Last_Name: 'A' }]);
    const request = { module: 'Contacts', tags: ['Ory'] };
    const gone = { kind: 'error', error: { kind: 'gone' } };
    expect(await zoho.addTags({ ...request, ids: ['7328395000009999999'] })).toMatchObject({ items: [gone] });
    expect(await zoho.addTags({ ...request, ids: ['7328395000009999999', id] })).toMatchObject({
      items: [gone, { kind: 'done', contactId: id }],
    });
  });
});

it('a tag that Zoho refuses does not count as a failure of the connection', async () => {
  const { zoho, control } = await connected();
  const ids = await control.seedContacts([{ Last_Name: 'A' }, { Last_Name: 'B' }]);
  const answer = await zoho.addTags({ module: 'Contacts', tags: ['x'.repeat(26)], ids });
  expect(answer).toMatchObject({ kind: 'refused', code: 'INVALID_DATA' });
});

it('a tag with a comma is refused, because API v2 would make two of it', async () => {
  const { zoho, calls } = await connected({}, { version: 'v2' });
  const request = { module: 'Contacts', tags: ['a,b'], ids: ['7328395000009999999'] };
  await expect(zoho.addTags(request)).rejects.toThrow('a,b');
  expect(calls).toEqual([]);
});

it('deleting a deleted contact counts as gone', async () => {
  const { zoho, control } = await connected();
  const ids = await control.seedContacts([{ Last_Name: 'A' }, { Last_Name: 'B' }]);
  const request = { module: 'Contacts', ids };
  expect(await zoho.delete(request)).toMatchObject({ items: [{ kind: 'done' }, { kind: 'done' }] });
  const gone = { kind: 'error', error: { kind: 'gone' } };
  expect(await zoho.delete(request)).toMatchObject({ items: [gone, gone] });
  expect(await zoho.delete({ ...request, ids: ids.slice(0, 1) })).toMatchObject({ items: [gone] });
});

describe.each(['v2', 'v8'])('a converted lead with API %s', (version) => {
  it('is distinguished from one that is gone', async () => {
    const { zoho, control } = await connected({}, { version });
    const ids = await control.seedContacts(
      ['Converted', 'Deleted', 'Open'].map((name) => ({ Last_Name: name })),
      'Leads',
    );
    const [converted = '', deleted = '', open = ''] = ids;
    await control.convertLead(converted);
    await control.deleteContact(deleted, 'Leads');
    const records = [converted, deleted, open].map((id) => ({ id, Phone: '1' }));
    const answer = await zoho.update({ module: 'Leads', records, trigger: [] });
    expect(answer).toMatchObject({
      items: [
        { error: { kind: 'converted', code: 'CONVERTED_RECORD' } },
        { error: { kind: 'gone' } },
        { kind: 'done', contactId: open },
      ],
    });
    expect(await zoho.converted({ module: 'Leads', ids })).toEqual({
      kind: 'converted',
      ids: new Set([converted]),
    });
    expect(await zoho.converted({ module: 'Leads', ids: [open] })).toEqual({
      kind: 'converted',
      ids: new Set(),
    });
  });
});

it('makes no call without leads', async () => {
  const { zoho, calls } = await connected();
  expect(await zoho.converted({ module: 'Leads', ids: [] })).toEqual({ kind: 'converted', ids: new Set() });
  expect(calls).toEqual([]);
});

it("reports that Zoho's field list has changed", async () => {
  const { zoho, control } = await connected({ unknownFields: 'refuse' });
  const send = async (fields: Record<string, string>) => {
    const answer = await zoho.upsert(upsertOf([{ ...people(1)[0], ...fields }]));
    const item = answer.kind === 'answered' ? answer.items[0] : undefined;
    return item?.kind === 'error' ? [item.error.stale, item.error.fields] : item?.kind;
  };
  expect(await send({ Title: 'Director' })).toBe('done');
  await control.changeField('Contacts', 'Title', { length: 5 });
  expect(await send({ Title: 'Director' })).toEqual([true, ['Title']]);
  await control.changeField('Contacts', 'Title', { length: 50, dataType: 'integer' });
  expect(await send({ Title: 'Director' })).toEqual([true, ['Title']]);
  await control.removeField('Contacts', 'Title');
  expect(await send({ Title: 'Director' })).toEqual([true, ['Title']]);
  expect(await send({ Phone: '?' })).toEqual([false, ['Phone']]);
});

it('counts each kind of call with its credits', async () => {
  const { zoho, control, calls } = await connected();
  const [id = ''] = await control.seedContacts([{ Last_Name: 'A' }]);
  await zoho.org();
  await zoho.currentUser();
  await zoho.createUniqueText('Contacts', { label: 'Ory Identity ID', length: 64 });
  await zoho.converted({ module: 'Leads', ids: [id] });
  await zoho.delete({ module: 'Contacts', ids: [id] });
  expect(calls.map(({ operation, credits }) => [operation, credits])).toEqual([
    ['org', 1],
    ['users', 1],
    ['create_field', 10],
    ['get', 1],
    ['delete', 1],
  ]);
  expect((await control.counters()).credits_used).toBe(14);
});
