/** The mapping that is used without a mapping file. `init` writes it, and the documentation shows it. */
export const DEFAULT_MAPPING = `module: Contacts
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
`;
