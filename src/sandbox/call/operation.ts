import type { Reply } from './http.ts';

/** The names by which faults, the request log and the counters know a call. */
export const OPERATIONS = [
  'token',
  'revoke',
  'authorize',
  'upsert',
  'insert',
  'update',
  'delete',
  'tag',
  'get',
  'list',
  'coql',
  'fields',
  'create_field',
  'org',
  'users',
  'record_page',
  'ory_list',
  'ory_get',
  'ory_write',
  'ory_console',
  'unknown',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** A per-record error that a fault adds: for records that have the field, or contain the text. */
export interface RefuseField {
  readonly apiName: string;
  readonly code: string;
  readonly containing?: string | undefined;
}

export type Admission = { readonly refused: Reply } | { readonly leave: () => void };

/** One call as the exchange runs it. */
export interface Operation {
  readonly name: OperationName;
  /** Records in the body, for the log. */
  readonly records: number;
  /** A call of the Zoho CRM API: `setDown` and `latencyMs` are about these only. */
  readonly crm: boolean;
  /** The API version in the path, for error bodies that changed over time. */
  readonly version: number;
  /** Checks token and limits and takes a slot that `leave` gives back. */
  admit(): Admission;
  /** Does it and answers; this is where something is committed. */
  run(refuseField: RefuseField | undefined): Reply;
}

/** An operation without limits: whatever is not a Zoho CRM call. */
export function plainOperation(name: OperationName, run: () => Reply): Operation {
  return { name, records: 0, crm: false, version: 8, admit: () => ({ leave: () => undefined }), run };
}
