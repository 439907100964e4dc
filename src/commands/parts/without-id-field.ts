/**
 * What is lost if no field of Zoho holds the identity's id. `init` says it before the choice, `doctor`
 * afterwards.
 */
export const WITHOUT_ID_FIELD =
  'contacts that this store does not know are found only by their email. If a salesperson merges a contact into another and the user then changes the email, a second contact is created';
