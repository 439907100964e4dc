/**
 * A value as Zoho takes it in a record: text, number, boolean, a list (multi-select) or a lookup such as `{
 * "id": "…" }`.
 */
export type FieldValue =
  | string
  | number
  | boolean
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

/** Fields of a contact by API name. Null clears the field. */
export type ContactFields = { readonly [apiName: string]: FieldValue | null };

/**
 * A contact as Zoho has it, with its id and the fields that were asked for. The id is text, because ids
 * exceed 2^53.
 */
export interface FoundContact {
  readonly id: string;
  readonly fields: { readonly [apiName: string]: unknown };
}

/**
 * Why no contact can be looked up: the connection lacks ZohoCRM.coql.READ, or Zoho refuses the COQL queries
 * of this org.
 */
export type NotAllowed = 'no_scope' | 'coql_refused';

/**
 * Why the contact of an identity is not known. `look_up_refused`: Zoho refuses to look for one of its keys,
 * such as its email, and answers for others.
 */
export type Unseen = NotAllowed | 'look_up_refused';

/** The parts that we use of Zoho's description of a field (Zoho CRM "Fields Metadata"). */
export interface FieldMeta {
  readonly apiName: string;
  /** Zoho's `data_type`: text, email, phone, picklist, boolean, date, datetime, … */
  readonly dataType: string;
  /** The longest text that it takes, in characters, if Zoho says so. */
  readonly length?: number;
  /** "Do not allow duplicate values" is set. */
  readonly unique: boolean;
  /** Mandatory for the whole module (Last_Name in Contacts). */
  readonly mandatory: boolean;
  /** False for read-only and hidden fields, because Zoho would refuse or ignore what we write. */
  readonly writable: boolean;
}

/** The fields of one module by API name. */
export type FieldList = ReadonlyMap<string, FieldMeta>;
