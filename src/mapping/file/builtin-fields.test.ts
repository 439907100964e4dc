import { expect, test } from 'vitest';
import { builtinFields, MODULES } from './builtin-fields.ts';

test.each(MODULES)('%s have the fields of the built-in mapping, and a mandatory last name', (module) => {
  const fields = builtinFields(module);
  expect(fields.get('Last_Name')).toMatchObject({ length: 80, mandatory: true, writable: true });
  expect(fields.get('First_Name')).toMatchObject({ dataType: 'text', length: 40 });
  expect(fields.get('Email')).toMatchObject({ dataType: 'email', length: 100 });
  expect(fields.get('Phone')).toMatchObject({ dataType: 'phone', length: 30 });
});

test('a contact has two addresses, a lead has one', () => {
  expect(builtinFields('Contacts').get('Mailing_Zip')).toMatchObject({ length: 30 });
  expect(builtinFields('Contacts').get('Other_Street')).toMatchObject({ length: 250 });
  expect(builtinFields('Leads').get('Zip_Code')).toMatchObject({ length: 30 });
});
