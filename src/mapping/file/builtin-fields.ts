import type { FieldList, FieldMeta } from '../../model/contact.ts';

/** The modules whose records may belong to an identity. */
export const MODULES = ['Contacts', 'Leads'] as const;

export type Module = (typeof MODULES)[number];

/**
 * Zoho's standard fields, for when the field list cannot be read (no ZohoCRM.settings.fields.READ). The
 * lengths come from the samples of Zoho CRM API "Fields Metadata" and Zoho's help pages. An organization can
 * change them. A field that is not here is sent unchanged.
 */
const SHARED: readonly FieldMeta[] = [
  field('Last_Name', 'text', 80, { mandatory: true }),
  field('First_Name', 'text', 40),
  field('Full_Name', 'text', 120, { writable: false }),
  field('Salutation', 'picklist', 25),
  field('Email', 'email', 100),
  field('Secondary_Email', 'email', 100),
  field('Phone', 'phone', 30),
  field('Mobile', 'phone', 30),
  field('Fax', 'phone', 30),
  field('Lead_Source', 'picklist', 120),
  field('Description', 'textarea', 32_000),
  field('Skype_ID', 'text', 50),
  field('Twitter', 'text', 50),
  field('Email_Opt_Out', 'boolean'),
  field('Owner', 'ownerlookup'),
];

const CONTACTS: readonly FieldMeta[] = [
  field('Title', 'text', 100),
  field('Home_Phone', 'phone', 30),
  field('Other_Phone', 'phone', 30),
  field('Asst_Phone', 'phone', 30),
  field('Assistant', 'text', 50),
  field('Date_of_Birth', 'date'),
  field('Account_Name', 'lookup'),
  ...address('Mailing_'),
  ...address('Other_'),
];

const LEADS: readonly FieldMeta[] = [field('Designation', 'text', 100), ...address('')];

/** The standard fields of a module, for when its field list cannot be read. */
export function builtinFields(module: Module): FieldList {
  const fields = [...SHARED, ...(module === 'Contacts' ? CONTACTS : LEADS)];
  return new Map(fields.map((meta) => [meta.apiName, meta]));
}

function field(
  apiName: string,
  dataType: string,
  length?: number,
  { mandatory = false, writable = true }: { mandatory?: boolean; writable?: boolean } = {},
): FieldMeta {
  const meta = { apiName, dataType, unique: false, mandatory, writable };
  return length === undefined ? meta : { ...meta, length };
}

function address(prefix: string): FieldMeta[] {
  return [
    field(`${prefix}Street`, 'text', 250),
    field(`${prefix}City`, 'text', 100),
    field(`${prefix}State`, 'text', 100),
    field(`${prefix}Country`, 'text', 100),
    field(`${prefix}${prefix === '' ? 'Zip_Code' : 'Zip'}`, 'text', 30),
  ];
}
