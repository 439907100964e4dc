/**
 * The mapping of those who have no file of their own, in the file's form: what `init` writes and docs show.
 */
export const DEFAULT_MAPPING = `module: Contacts
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
`;
