import { describe, expect, test } from 'vitest';
import { Crm, idOf, itemOf, sandboxFor } from './calls.ts';

const PERSON = { Last_Name: 'Lee', Email: 'ann@example.com' };

describe('insert', () => {
  test('makes a second record with the same email, and returns neither action nor field', async () => {
    const crm = await Crm.of(await sandboxFor());
    const first = await crm.send('POST', 'Contacts', { data: [PERSON] });
    const second = await crm.send('POST', 'Contacts', { data: [PERSON] });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(idOf(second)).not.toBe(idOf(first));
    expect(itemOf(second)).toMatchObject({ code: 'SUCCESS', message: 'record added' });
    expect(Object.keys(itemOf(second))).not.toContain('action');
  });

  test('is refused if a unique value exists already, and names that record', async () => {
    const fields = [{ apiName: 'Email', unique: { caseSensitive: false } }];
    const crm = await Crm.of(await sandboxFor({ fields }));
    const first = await crm.send('POST', 'Contacts', { data: [PERSON] });
    const second = await crm.send('POST', 'Contacts', { data: [PERSON] });
    expect(second.status).toBe(400);
    expect(itemOf(second)).toMatchObject({
      code: 'DUPLICATE_DATA',
      details: { api_name: 'Email', duplicate_record: { id: idOf(first) } },
    });
  });

  test('is refused if a mandatory field is missing', async () => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.send('POST', 'Contacts', { data: [{ Email: 'ann@example.com' }] });
    expect(itemOf(answer)).toMatchObject({ code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Last_Name' } });
  });
});
