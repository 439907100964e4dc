/** The modules of Zoho CRM that the sandbox has. */
export const MODULES = ['Contacts', 'Leads'] as const;
export type ModuleName = (typeof MODULES)[number];
