import { describe, expect, test } from 'vitest';
import { SpecValidation } from '../../src/sandbox/zoho/spec-validation.ts';
import { Crm, itemOf, itemsOf, rowsOf, sandboxFor } from './calls.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));

describe('tags', () => {
  test('are added to and removed from records, ignoring case, and appear in the record', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [first = '', second = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'A' },
      { Last_Name: 'B' },
    ]);
    const add = (...names: string[]) =>
      crm.send('POST', 'Contacts/actions/add_tags', {
        tags: named(...names),
        ids: [first, second],
        over_write: false,
      });
    expect((await add('Customer')).status).toBe(200);
    const answer = await add('customer', 'New');
    const specs = new SpecValidation();
    for (const item of itemsOf(answer))
      expect(specs.problems('tags', 'Record_Success_Response', item)).toEqual([]);
    const [row] = rowsOf(await crm.send('GET', `Contacts/${first}`));
    expect(row?.['Tag']).toMatchObject(named('Customer', 'New'));
    const removal = { tags: named('CUSTOMER', 'Never there'), ids: [first] };
    await crm.send('POST', 'Contacts/actions/remove_tags', removal);
    expect(await sandbox.control.contact(first)).toMatchObject({ fields: { Tag: named('New') } });
    expect(await sandbox.control.contact(second)).toMatchObject({
      fields: { Tag: named('Customer', 'New') },
    });
    expect(await sandbox.control.violations()).toEqual([]);
  });

  test('replace the existing ones with over_write', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [id = ''] = await sandbox.control.seedContacts([{ Last_Name: 'A', Tag: named('Old') }]);
    expect((await sandbox.control.contact(id))?.fields['Tag']).toMatchObject(named('Old'));
    await crm.send('POST', 'Contacts/actions/add_tags', { tags: named('New'), ids: [id], over_write: true });
    expect((await sandbox.control.contact(id))?.fields['Tag']).toMatchObject(named('New'));
  });

  test('come in the query in v2 only', async () => {
    const sandbox = await sandboxFor();
    const [id = ''] = await sandbox.control.seedContacts([{ Last_Name: 'A' }]);
    const path = `Contacts/actions/add_tags?ids=${id}&tag_names=Customer,New&over_write=false`;
    expect((await (await Crm.of(sandbox, 'v2')).send('POST', path)).status).toBe(200);
    expect((await sandbox.control.contact(id))?.fields['Tag']).toMatchObject(named('Customer', 'New'));
    expect((await (await Crm.of(sandbox)).send('POST', path)).status).toBe(400);
  });

  test('are limited to ten per record (five in Standard), 100 per module, and 25 characters', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [id = '', other = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'A' },
      { Last_Name: 'B' },
    ]);
    const names = (count: number, from = 0) =>
      named(...Array.from({ length: count }, (_, i) => `tag ${from + i}`));
    const add = (tags: object[], ids = [id]) => crm.send('POST', 'Contacts/actions/add_tags', { tags, ids });
    expect((await add(names(10))).status).toBe(200);
    expect(itemOf(await add(names(1, 10)))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { id, limit: 10 },
    });
    expect(await add(names(91, 10), [other])).toMatchObject({
      status: 400,
      json: { code: 'LICENSE_LIMIT_EXCEEDED' },
    });
    expect((await add(named('x'.repeat(26)))).status).toBe(400);
    await sandbox.control.configure({ edition: 'standard' });
    expect(itemOf(await add(names(6), [other]))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { limit: 5 },
    });
  });

  test('report an error for a record that is gone or locked', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const ids = await sandbox.control.seedContacts([
      { Last_Name: 'A' },
      { Last_Name: 'B' },
      { Last_Name: 'C' },
    ]);
    const [gone = '', locked = ''] = ids;
    await sandbox.control.deleteContact(gone);
    await sandbox.control.setRecordState(locked, 'locked');
    const answer = await crm.send('POST', 'Contacts/actions/add_tags', { tags: named('New'), ids });
    expect(answer.status).toBe(207);
    expect(itemsOf(answer).map(({ code }) => code)).toEqual(['INVALID_DATA', 'RECORD_LOCKED', 'SUCCESS']);
  });

  test('need a scope to write', async () => {
    const sandbox = await sandboxFor({ scopes: ['ZohoCRM.modules.contacts.READ'] });
    const [id = ''] = await sandbox.control.seedContacts([{ Last_Name: 'A' }]);
    const body = { tags: named('New'), ids: [id] };
    const answer = await (await Crm.of(sandbox)).send('POST', 'Contacts/actions/add_tags', body);
    expect(answer).toMatchObject({ status: 401, json: { code: 'OAUTH_SCOPE_MISMATCH' } });
  });
});
