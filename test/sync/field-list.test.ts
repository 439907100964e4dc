import { describe, expect, test } from 'vitest';
import { builtinFields } from '../../src/mapping/file/builtin-fields.ts';
import { keepFieldList } from '../../src/store/field-list.ts';
import { aDelivery, traits } from './a-delivery.ts';

describe('Delivery', () => {
  test('if the field list cannot be read again, a value that is too long by now is left out', async () => {
    const { control, store, deliver } = await aDelivery(
      {},
      'fields: { Email: email, Last_Name: last_name, Title: traits.title }',
    );
    await keepFieldList(store, 'Contacts', builtinFields('Contacts'));
    await store.database.write((sql) => sql.run('UPDATE field_list SET read_at = read_at - 120000'));
    await control.changeField('Contacts', 'Title', { length: 5 });
    await control.addFault({ on: { operation: 'fields' }, times: 'always', effect: { html502: true } });
    expect(await deliver(traits({ title: 'Manager' }))).toMatchObject({
      outcome: 'created',
      leftOut: ['Title'],
    });
    expect((await control.requests('upsert')).length).toBeLessThan(5);
  });
});
