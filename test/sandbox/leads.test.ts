import { describe, expect, test } from 'vitest';
import { Crm, idOf, itemOf, rowsOf, sandboxFor } from './calls.ts';

const UNIQUE = { apiName: 'Ory_Identity_ID', length: 64, unique: { caseSensitive: false } };
const person = { Last_Name: 'Lee', Email: 'ann@example.com', Ory_Identity_ID: 'oid-1', Company: 'Acme' };

async function converted(options: Parameters<typeof sandboxFor>[0] = {}) {
  const sandbox = await sandboxFor({ fields: [UNIQUE], ...options });
  const crm = await Crm.of(sandbox);
  const lead = idOf(await crm.send('POST', 'Leads/upsert', { data: [person] }));
  const contact = await sandbox.control.convertLead(person.Email);
  return { sandbox, crm, lead, contact };
}

describe('a converted lead', () => {
  test('becomes a contact with the fields that both modules have', async () => {
    const { sandbox, lead, contact } = await converted();
    expect(contact.fields).toMatchObject({ Last_Name: 'Lee', Email: person.Email, Ory_Identity_ID: 'oid-1' });
    expect(contact.fields).not.toHaveProperty('Company');
    expect(await sandbox.control.contacts('Leads')).toEqual([]);
    expect(await sandbox.control.contact(lead, 'Leads')).toMatchObject({ fields: { Converted__s: true } });
  });

  test('cannot be changed, tagged or deleted', async () => {
    const { sandbox, crm, lead } = await converted();
    const refused = {
      code: 'INVALID_DATA',
      message: "can't update the converted record",
      details: { id: lead },
    };
    expect(itemOf(await crm.send('PUT', 'Leads', { data: [{ id: lead, Phone: '1' }] }))).toMatchObject(
      refused,
    );
    const upsert = { data: [{ id: lead, Last_Name: 'Lee' }] };
    expect(itemOf(await crm.send('POST', 'Leads/upsert', upsert))).toMatchObject(refused);
    const tags = { tags: [{ name: 'New' }], ids: [lead] };
    expect(itemOf(await crm.send('POST', 'Leads/actions/add_tags', tags))).toMatchObject(refused);
    expect(itemOf(await crm.send('DELETE', `Leads?ids=${lead}`))).toMatchObject(refused);
    expect(await sandbox.control.contact(lead, 'Leads')).toMatchObject({ fields: { Phone: null } });
  });

  test('is not found by queries or lists, unless `converted` asks for it', async () => {
    const { crm, lead } = await converted();
    expect((await crm.coql(`select id from Leads where Email = '${person.Email}'`)).status).toBe(204);
    expect((await crm.send('GET', `Leads/${lead}`)).status).toBe(204);
    expect((await crm.send('GET', 'Leads?fields=Email')).status).toBe(204);
    expect(rowsOf(await crm.send('GET', `Leads/${lead}?converted=true`))).toMatchObject([
      { Converted__s: true },
    ]);
    const other = idOf(await crm.send('POST', 'Leads/upsert', { data: [{ Last_Name: 'Other' }] }));
    const list = (which: string) =>
      crm.send('GET', `Leads?fields=Email&sort_by=id&sort_order=asc&converted=${which}&ids=${lead},${other}`);
    expect(rowsOf(await list('true')).map(({ id }) => id)).toEqual([lead]);
    expect(rowsOf(await list('both')).map(({ id }) => id)).toEqual([lead, other]);
    expect(rowsOf(await list('false')).map(({ id }) => id)).toEqual([other]);
  });

  test('is not matched by an upsert, which makes a second lead', async () => {
    const { crm, lead } = await converted();
    const answer = await crm.send('POST', 'Leads/upsert', { data: [person] });
    expect(itemOf(answer).action).toBe('insert');
    expect(idOf(answer)).not.toBe(lead);
  });

  test('blocks its unique values if the org checks converted leads', async () => {
    const { crm, lead } = await converted({ checkConvertedLeads: true });
    expect(itemOf(await crm.send('POST', 'Leads/upsert', { data: [person] }))).toMatchObject({
      code: 'DUPLICATE_DATA',
      details: { api_name: 'Ory_Identity_ID', id: lead },
    });
  });
});
