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
/** An identity as a webhook carries it. */
export type IdentityJson = JsonObject & { readonly id: string };
export const identityJsonSchema = z.custom<IdentityJson>(
  (value) => isJsonObject(value) && typeof value['id'] === 'string',
);
export const moduleSchema = z.enum(MODULES);
export const recordStateSchema = z.enum(RECORD_STATES);
export const operationSchema = z.enum(OPERATIONS);

/** A record as `control` shows it: every field of the module, and what was done to it. */
export const contactViewSchema = z.object({
  id: z.string(),
  fields: objectSchema,
  state: recordStateSchema,
  created_at: z.number(),
  modified_at: z.number(),
  /** How often it was written, its creation included. */
  writes: z.number(),
  /** The newest 50 writes. */
  history: z.array(
    z.object({
      by: z.enum(['api', 'person']),
      action: z.enum(['insert', 'update']),
      /** What ran; all of it where the call had no `trigger`. */
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
  /** By operation, refused and failed calls too. */
  calls: z.record(z.string(), z.number()),
  credits_used: z.number(),
  credits: z.number(),
  peak_concurrency: z.number(),
  /** Calls with over 10 records, and COQL. */
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

/** A person who signs up, or one that an admin makes. */
export const newIdentitySchema = z.strictObject({
  traits: traitsSchema,
  schema_id: z.string().default('preset://basic'),
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
/** What an administrator can set of a field; `unique: null` takes the uniqueness away. */
export type FieldChange = z.infer<typeof fieldChangeSchema>;

export const settingsChangeSchema = settingsSchema.partial();
export type SettingsChange = Partial<Settings>;

/**
 * What tests, the demo and the bench do beside the two APIs. Over HTTP each method is
 * `POST /_sandbox/<method>` with a JSON array of its arguments.
 */
export interface Control {
  contacts(module?: ModuleName): Promise<ContactView[]>;
  contact(id: string, module?: ModuleName): Promise<ContactView | null>;
  /**
   * Creates (id null) or changes a record as a salesperson would; no rule but the field types stands in the
   * way.
   */
  putContact(id: string | null, fields: JsonObject, module?: ModuleName): Promise<ContactView>;
  /** Many records at once; their ids in order. */
  seedContacts(contacts: JsonObject[], module?: ModuleName): Promise<string[]>;
  deleteContact(id: string, module?: ModuleName): Promise<boolean>;
  /** The others' ids are gone; the master takes the fields it lacks. */
  mergeContacts(masterId: string, otherIds: string[], module?: ModuleName): Promise<ContactView>;
  /** Locks a record, puts it into approval, review or a blueprint, or frees it. */
  setRecordState(id: string, state: RecordState, module?: ModuleName): Promise<ContactView>;

  /** Takes a record out of the recycle bin. */
  restoreContact(id: string, module?: ModuleName): Promise<ContactView>;
  /** As a salesperson converts a lead, by its id or email; resolves to the contact it became. */
  convertLead(idOrEmail: string): Promise<ContactView>;
  /** As an administrator adds a custom field, or changes the length, type or uniqueness of a field. */
  changeField(module: ModuleName, apiName: string, change: FieldChange): Promise<null>;
  /** False: there was no such field. */
  removeField(module: ModuleName, apiName: string): Promise<boolean>;

  requests(operation?: OperationName): Promise<LoggedRequestView[]>;
  counters(): Promise<Counters>;
  /** Bodies that broke Zoho's official specification. */
  violations(): Promise<ViolationView[]>;
  /** Forgets records, explicit identities, log, counters, violations, faults; tokens and settings stay. */
  reset(): Promise<null>;

  configure(change: SettingsChange): Promise<Settings>;
  /** Every Zoho CRM call answers 503, or, with `reset`, has its connection destroyed. */
  setDown(down: boolean | 'reset'): Promise<null>;
  /** Moves the sandbox's clock on, so that tokens expire without waiting. */
  advanceClock(ms: number): Promise<number>;
  revokeAccessTokens(): Promise<null>;
  revokeRefreshToken(token: string): Promise<boolean>;
  /** A refresh token as a new consent gives it: with these scopes, or the settings'. */
  issueRefreshToken(scopes?: string[]): Promise<string>;
  /** A one-time code as the self client's console page shows it; good for 3 minutes. */
  issueCode(scopes?: string[]): Promise<string>;

  /** As the user's sign-up; the identity as a webhook carries it. */
  createIdentity(identity: NewIdentity): Promise<IdentityJson>;
  /** As the user's settings flow or an admin's change. */
  updateIdentity(id: string, change: IdentityChangeInput): Promise<IdentityJson>;
  /** One address (its value) or all. */
  verifyIdentity(id: string, address?: string): Promise<IdentityJson>;
  deleteIdentity(id: string): Promise<boolean>;
  identity(id: string): Promise<IdentityJson | null>;
  /** So many generated identities instead of all there are. */
  seedIdentities(count: number): Promise<null>;

  addFault(fault: FaultInput): Promise<string>;
  removeFault(id: string): Promise<boolean>;
  faults(): Promise<FaultView[]>;
  /** Lets go on what the fault holds; how many calls. */
  release(id: string): Promise<number>;
  /** Resolves when the fault holds a call. */
  waitForHeld(id: string): Promise<null>;
  /** The calls that the fault holds end without an answer. */
  cut(id: string): Promise<number>;
}
