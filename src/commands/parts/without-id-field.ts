/** What is lost where no field of Zoho holds the identity's id: said by `init` before the choice, and by `doctor` after it. */
export const WITHOUT_ID_FIELD =
  'contacts that this store does not know are found by their email alone. A contact that a salesperson merges into another becomes a second contact when the person then takes a new email';
