import type { Reply } from './http.ts';

/** The names of calls in faults, the request log and the counters. */
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
  'search',
  'deleted',
  'count',
  'coql',
  'modules',
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

/** A fault that gives an error to single records: to those that have the field, or contain the text. */
export interface RefuseField {
  readonly apiName: string;
  readonly code: string;
  readonly containing?: string | undefined;
}

export type Admission = { readonly refused: Reply } | { readonly leave: () => void };

/** One call as the exchange runs it. */
export interface Operation {
  readonly name: OperationName;
  /** How many records the body has, for the log. */
  readonly records: number;
  /** Whether it is a call to the Zoho CRM API. `setDown` and `latencyMs` affect only these. */
  readonly crm: boolean;
  /** The answer to too many calls. It differs between versions of the Zoho CRM API. */
  readonly tooMany?: (kind: 'concurrency' | 'credits') => Reply;
  /** Checks the token and the limits, and takes a slot. `leave` gives the slot back. */
  admit(): Admission;
  /** Carries out the call and answers it. This is the step that commits. */
  run(refuseField: RefuseField | undefined): Reply;
}

/** An operation without limits, for all calls but those to the Zoho CRM API. */
export function plainOperation(name: OperationName, run: () => Reply): Operation {
  return { name, records: 0, crm: false, admit: () => ({ leave: () => undefined }), run };
}
