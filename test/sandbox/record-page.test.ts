import { expect, test } from 'vitest';
import { call, Crm, idOf, sandboxFor } from './calls.ts';

test('the link to a record opens its page, with and without the org', async () => {
  const sandbox = await sandboxFor();
  const [id = ''] = await sandbox.control.seedContacts([
    { Last_Name: '<b>Lee</b>', First_Name: 'Ann', Tag: [{ name: 'Ory' }] },
  ]);
  const page = await call(`${sandbox.url}/crm/org732839500/tab/Contacts/${id}`);
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html;charset=UTF-8' } });
  expect(page.text).toContain('<h1>Contacts: Ann &lt;b>Lee&lt;/b></h1>');
  expect(page.text).toContain('<tr><th>Tag</th><td>Ory</td></tr>');
  expect(page.text).toContain('<td>Sandbox User</td>');
  expect(page.text).not.toContain('Phone');
  expect(page.text).not.toContain('Locked');
  expect((await call(`${sandbox.url}/crm/tab/Contacts/${id}`)).text).toBe(page.text);
});

test('the page says that a deleted record is in the recycle bin, and that an unknown one does not exist', async () => {
  const sandbox = await sandboxFor();
  const [id = ''] = await sandbox.control.seedContacts([{ Last_Name: 'Lee' }]);
  await sandbox.control.deleteContact(id);
  const deleted = await call(`${sandbox.url}/crm/tab/Contacts/${id}`);
  expect(deleted).toMatchObject({ status: 404, text: expect.stringContaining('in the recycle bin') });
  const unknown = await call(`${sandbox.url}/crm/tab/Contacts/123`);
  expect(unknown).toMatchObject({ status: 404, text: expect.stringContaining('not here') });
  expect((await call(`${sandbox.url}/crm/tab/Deals/123`)).status).toBe(404);
});

test('a converted lead links to the contact it became', async () => {
  const sandbox = await sandboxFor();
  const crm = await Crm.of(sandbox);
  const lead = idOf(await crm.send('POST', 'Leads/upsert', { data: [{ Last_Name: 'Lee' }] }));
  const contact = await sandbox.control.convertLead(lead);
  const page = await call(`${sandbox.url}/crm/tab/Leads/${lead}`);
  expect(page.text).toContain(`href="../Contacts/${contact.id}"`);
});
