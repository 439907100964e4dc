import type { ModuleName } from '../modules.ts';
import type { Field, FieldOverride } from './field.ts';

const READ_ONLY = { readOnly: true };

const SHARED = [
  standard('Owner', 'ownerlookup', 120),
  standard('Last_Name', 'text', 80, { mandatory: true }),
  text('First_Name', 40),
  standard('Full_Name', 'text', 120, READ_ONLY),
  standard('Email', 'email', 100),
  standard('Secondary_Email', 'email', 100),
  ...['Phone', 'Mobile'].map((name) => standard(name, 'phone', 30)),
  text('Fax', 30),
  standard('Lead_Source', 'picklist', 120, {
    pickList: ['Advertisement', 'Web Download', 'Employee Referral'],
  }),
  standard('Salutation', 'picklist', 25, { pickList: ['Mr.', 'Mrs.', 'Ms.', 'Dr.'] }),
  standard('Email_Opt_Out', 'boolean', 5),
  standard('Description', 'textarea', 32_000),
  standard('Tag', 'text', 2_000),
  standard('Created_By', 'ownerlookup', 120, READ_ONLY),
  standard('Modified_By', 'ownerlookup', 120, READ_ONLY),
  standard('Created_Time', 'datetime', 120, READ_ONLY),
  standard('Modified_Time', 'datetime', 120, READ_ONLY),
  standard('Last_Activity_Time', 'datetime', 120, READ_ONLY),
  standard('Locked__s', 'boolean', 5, READ_ONLY),
];

const OF_ONE: { readonly [Module in ModuleName]: readonly FieldOverride[] } = {
  Contacts: [
    text('Title', 100),
    text('Department', 50),
    text('Assistant', 50),
    standard('Asst_Phone', 'phone', 30),
    standard('Home_Phone', 'phone', 30),
    standard('Other_Phone', 'phone', 30),
    standard('Date_of_Birth', 'date', 20),
    standard('Account_Name', 'lookup', 120),
    text('Skype_ID', 50),
    text('Twitter', 50),
    ...address('Mailing_'),
    ...address('Other_'),
  ],
  Leads: [
    text('Company', 200),
    standard('Converted__s', 'boolean', 5, READ_ONLY),
    text('Designation', 100),
    standard('Website', 'website', 255),
    standard('Lead_Status', 'picklist', 120, { pickList: ['Not Contacted', 'Contacted'] }),
    ...address('', 'Zip_Code'),
  ],
};

/** The standard fields of a module. The lengths are Zoho's defaults (Zoho CRM help, "Standard fields"). */
export function standardFields(module: ModuleName): readonly FieldOverride[] {
  return [...SHARED, ...OF_ONE[module]];
}

function standard(
  apiName: string,
  dataType: string,
  length: number,
  more: Partial<Omit<Field, 'id' | 'apiName'>> = {},
): FieldOverride {
  return { apiName, dataType, length, custom: false, ...more };
}

function text(apiName: string, length: number): FieldOverride {
  return standard(apiName, 'text', length);
}

function address(prefix: string, zip = `${prefix}Zip`): readonly FieldOverride[] {
  return [
    text(`${prefix}Street`, 250),
    text(`${prefix}City`, 100),
    text(`${prefix}State`, 100),
    text(zip, 30),
    text(`${prefix}Country`, 100),
  ];
}
