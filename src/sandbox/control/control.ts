import { z } from 'zod';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { RecordState } from '../zoho/records/stored-record.ts';
import { RECORD_STATES } from '../zoho/records/stored-record.ts';
import type { ModuleName } from '../zoho/modules.ts';
import { MODULES } from '../zoho/modules.ts';
import type { FaultInput } from '../call/faults.ts';
import { faultSchema } from '../call/faults.ts';
import type { OperationName } from '../call/operation.ts';
import { OPERATIONS } from '../call/operation.ts';
import type { Settings } from '../settings.ts';
import { settingsSchema } from '../settings.ts';
import { stateSchema, traitsSchema } from '../ory/ory-identity.ts';

const jsonSchema = z.custom<Json>((value) => value !== undefined);
export const objectSchema = z.custom<JsonObject>(isJsonObject, 'must be an object');
/** An identity as it appears in a webhook. */
export type IdentityJson = JsonObject & { readonly id: string };
export const identityJsonSchema = z.custom<IdentityJson>(
  (value) => isJsonObject(value) && typeof value['id'] === 'string',
);
export const moduleSchema = z.enum(MODULES);
export const recordStateSchema = z.enum(RECORD_STATES);
export const operationSchema = z.enum(OPERATIONS);

/** A record as `control` shows it: all fields of the module, and its history. */
export const contactViewSchema = z.object({
  id: z.string(),
  fields: objectSchema,
  state: recordStateSchema,
  created_at: z.number(),
  modified_at: z.number(),
  /** How many times it was written, including its creation. */
  writes: z.number(),
  /** The newest 50 writes. */
  history: z.array(
    z.object({
      by: z.enum(['api', 'person']),
      action: z.enum(['insert', 'update']),
      /** The automations that ran. A call without `trigger` runs all of them. */
      trigger: z.array(z.string()),
      lar_id: z.string().optional(),
      fields: z.array(z.string()),
      at: z.number(),
    }),
  ),
});
export type ContactView = z.infer<typeof contactViewSchema>;

export const loggedRequestSchema = z.object({
  operation: operationSchema,
  method: z.string(),
  path: z.string(),
  records: z.number(),
  status: z.number(),
  startedAt: z.number(),
  endedAt: z.number(),
  durationMs: z.number(),
  fault: z.string().optional(),
  body: z.string().optional(),
});
export type LoggedRequestView = z.infer<typeof loggedRequestSchema>;

export const countersSchema = z.object({
  /** By operation, including refused and failed calls. */
  calls: z.record(z.string(), z.number()),
  credits_used: z.number(),
  credits: z.number(),
  peak_concurrency: z.number(),
  /** Counts calls with over 10 records, and COQL. */
  peak_big_concurrency: z.number(),
  refused: z.object({ concurrency: z.number(), credits: z.number() }),
  tokens_issued: z.number(),
  tokens_throttled: z.number(),
  contacts: z.record(z.string(), z.number()),
});
export type Counters = z.infer<typeof countersSchema>;

export const violationSchema = z.object({
  operation: z.string(),
  path: z.string(),
  problems: z.array(z.string()),
  body: z.string(),
});
export type ViolationView = z.infer<typeof violationSchema>;

export const faultViewSchema = faultSchema.extend({ id: z.string(), used: z.number() });
export type FaultView = z.infer<typeof faultViewSchema>;

/** A new identity, from a sign-up or made by an admin. */
export const newIdentitySchema = z.strictObject({
  traits: traitsSchema,
  /** Without it, that of the setting `oryDefaultSchema`. */
  schema_id: z.string().optional(),
  state: stateSchema.default('active'),
  verified: z.boolean().default(false),
  external_id: z.string().optional(),
  organization_id: z.string().optional(),
  metadata_public: jsonSchema.default(null),
  metadata_admin: jsonSchema.default(null),
});
export type NewIdentity = z.input<typeof newIdentitySchema>;

export const identityChangeSchema = z.strictObject({
  traits: traitsSchema.optional(),
  state: stateSchema.optional(),
  metadata_public: jsonSchema.optional(),
  metadata_admin: jsonSchema.optional(),
});
export type IdentityChangeInput = z.infer<typeof identityChangeSchema>;

export const fieldChangeSchema = z.strictObject({
  label: z.string().exactOptional(),
  dataType: z.string().exactOptional(),
  length: z.int().positive().exactOptional(),
  unique: z.strictObject({ caseSensitive: z.boolean() }).nullable().exactOptional(),
  mandatory: z.boolean().exactOptional(),
  readOnly: z.boolean().exactOptional(),
  visible: z.boolean().exactOptional(),
  pickList: z.array(z.string()).exactOptional(),
});
/** What an administrator can change about a field. `unique: null` removes the uniqueness. */
export type FieldChange = z.infer<typeof fieldChangeSchema>;

export const settingsChangeSchema = settingsSchema.partial();
export type SettingsChange = Partial<Settings>;

/**
 * What tests, the demo and the bench can do besides calling the two APIs. Over HTTP, each method is `POST
 * /_sandbox/<method>` with a JSON array of its arguments.
 */
export interface Control {
  contacts(module?: ModuleName): Promise<ContactView[]>;
  contact(id: string, module?: ModuleName): Promise<ContactView | null>;
  /**
   * Creates a record (`id` is null) or changes it, as a salesperson would. Only the types of the fields are
   * checked.
   */
  putContact(id: string | null, fields: JsonObject, module?: ModuleName): Promise<ContactView>;
  /** Creates many records at once. Resolves with their ids in the same order. */
  seedContacts(contacts: JsonObject[], module?: ModuleName): Promise<string[]>;
  deleteContact(id: string, module?: ModuleName): Promise<boolean>;
  /** Keeps the master, fills its empty fields from the others, and removes the others. */
  mergeContacts(masterId: string, otherIds: string[], module?: ModuleName): Promise<ContactView>;
  /** Locks a record, puts it into approval, review or a blueprint, or makes it writable again. */
  setRecordState(id: string, state: RecordState, module?: ModuleName): Promise<ContactView>;

  /** Restores a record from the recycle bin. */
  restoreContact(id: string, module?: ModuleName): Promise<ContactView>;
  /** Converts a lead, as a salesperson would, by its id or email. Resolves with the new contact. */
  convertLead(idOrEmail: string): Promise<ContactView>;
  /** Adds a custom field, or changes the length, type or uniqueness of a field, as an administrator would. */
  changeField(module: ModuleName, apiName: string, change: FieldChange): Promise<null>;
  /** Resolves with false if there is no such field. */
  removeField(module: ModuleName, apiName: string): Promise<boolean>;

  requests(operation?: OperationName): Promise<LoggedRequestView[]>;
  counters(): Promise<Counters>;
  /** Request bodies that violated Zoho's official specification. */
  violations(): Promise<ViolationView[]>;
  /** Deletes records, created identities, log, counters, violations and faults. Tokens and settings stay. */
  reset(): Promise<null>;

  configure(change: SettingsChange): Promise<Settings>;
  /** While it is down, every Zoho CRM call answers 503. With `reset`, its connection is destroyed instead. */
  setDown(down: boolean | 'reset'): Promise<null>;
  /** Moves the sandbox's clock forward, so that tokens expire without waiting. */
  advanceClock(ms: number): Promise<number>;
  revokeAccessTokens(): Promise<null>;
  revokeRefreshToken(token: string): Promise<boolean>;
  /** A refresh token as from a new consent, with these scopes or those of the settings. */
  issueRefreshToken(scopes?: string[]): Promise<string>;
  /** A one-time code as the self client's console page shows it. It is valid for 3 minutes. */
  issueCode(scopes?: string[]): Promise<string>;

  /** As if the user signed up. Resolves with the identity as in a webhook. */
  createIdentity(identity: NewIdentity): Promise<IdentityJson>;
  /** As if the user or an admin changed the identity. */
  updateIdentity(id: string, change: IdentityChangeInput): Promise<IdentityJson>;
  /** Verifies one address (given by its value) or all. */
  verifyIdentity(id: string, address?: string): Promise<IdentityJson>;
  deleteIdentity(id: string): Promise<boolean>;
  identity(id: string): Promise<IdentityJson | null>;
  /** Replaces all identities with this number of generated ones. */
  seedIdentities(count: number): Promise<null>;

  addFault(fault: FaultInput): Promise<string>;
  removeFault(id: string): Promise<boolean>;
  faults(): Promise<FaultView[]>;
  /** Releases the calls that the fault holds. Resolves with their number. */
  release(id: string): Promise<number>;
  /** Resolves when the fault holds a call. */
  waitForHeld(id: string): Promise<null>;
  /** Ends the calls that the fault holds without an answer. */
  cut(id: string): Promise<number>;
}
