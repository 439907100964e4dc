/** What differs between the versions of the Zoho CRM API, for the calls that the sandbox has. */
export interface ApiVersion {
  /** A token of another data center: v2.1 and later name the host (Zoho CRM API, "Status codes"). */
  readonly otherDataCenter: 'INVALID_TOKEN' | 'INVALID_HOST';
  /** Errors about a field say where it is. A recorded answer of v6 does, recorded answers of v2 do not. */
  readonly jsonPath: boolean;
  /** What DUPLICATE_DATA tells about the other record. Only the pages of v8 show all of it. */
  readonly otherRecord: 'nothing' | 'id' | 'record';
  /** Whether MANDATORY_NOT_FOUND has the id of the record that an upsert matched. */
  readonly matchedId: boolean;
  /** Whether one item can hold all errors of a record (MULTIPLE_OR_MULTI_ERRORS). */
  readonly severalErrors: boolean;
  /** The status if some records failed. A recorded answer of v6 has 200, the pages of v8 say 207. */
  readonly mixedStatus: 200 | 207;
  /** Which written records have `$approval_state`. In v6, recorded inserts have it and updates do not. */
  readonly approvalState: 'none' | 'inserted' | 'all';
  /** The older body has a number as `code`. It was seen by callers; no page of Zoho shows it. */
  readonly creditsRefusal: 'number' | 'word';
  /** "Get Records" needs `fields` since v3. */
  readonly listNeedsFields: boolean;
  /** "Add Tags to Records" takes a query first, and a body since v3. */
  readonly tagsIn: 'query' | 'body';
  /** Whether the answer to a tag call has whole tags, or only their names. */
  readonly wholeTags: boolean;
  /** Whether the field list has `operation_type`. Recorded lists of v2 lack it. */
  readonly operationType: boolean;
  /** How the key inside `unique` of a field is spelled. The sample of v7 has the newer one. */
  readonly caseKey: 'casesensitive' | 'case_sensitive';
  /** "Create Custom Field" exists since v7. */
  readonly createsFields: boolean;
  /** A lookup or owner in a COQL row has its name since v7 ("COQL"). */
  readonly coqlLookups: 'id' | 'id_and_name';
}

const V2: ApiVersion = {
  otherDataCenter: 'INVALID_TOKEN',
  jsonPath: false,
  otherRecord: 'nothing',
  matchedId: false,
  severalErrors: false,
  mixedStatus: 200,
  approvalState: 'none',
  creditsRefusal: 'number',
  listNeedsFields: false,
  tagsIn: 'query',
  wholeTags: false,
  operationType: false,
  caseKey: 'casesensitive',
  createsFields: false,
  coqlLookups: 'id',
};
const V2_1: ApiVersion = { ...V2, otherDataCenter: 'INVALID_HOST', operationType: true };
const V3: ApiVersion = { ...V2_1, listNeedsFields: true, tagsIn: 'body', otherRecord: 'id' };
const V6: ApiVersion = { ...V3, jsonPath: true, approvalState: 'inserted' };
const V7: ApiVersion = {
  ...V6,
  createsFields: true,
  coqlLookups: 'id_and_name',
  caseKey: 'case_sensitive',
};
const V8: ApiVersion = {
  ...V7,
  otherRecord: 'record',
  matchedId: true,
  severalErrors: true,
  mixedStatus: 207,
  approvalState: 'all',
  creditsRefusal: 'word',
  wholeTags: true,
};

const VERSIONS: ReadonlyMap<string, ApiVersion> = new Map([
  ['v2', V2],
  ['v2.1', V2_1],
  ['v3', V3],
  ['v4', V3],
  ['v5', V3],
  ['v6', V6],
  ['v7', V7],
  ['v8', V8],
]);

/** All versions that Zoho serves, oldest first. */
export const API_VERSIONS: readonly string[] = [...VERSIONS.keys()];

export const NEWEST_VERSION = V8;

/** The version with this name in the path. Undefined if there is none. */
export function apiVersion(name: string): ApiVersion | undefined {
  return VERSIONS.get(name);
}
