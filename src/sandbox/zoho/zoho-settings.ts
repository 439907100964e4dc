import { z } from 'zod';
import { MODULES } from './modules.ts';

/** Credits a day and simultaneous calls by edition, with one user licence (Zoho CRM API, "API limits"). */
export const EDITIONS = {
  free: { credits: 5_000, concurrency: 5 },
  standard: { credits: 50_250, concurrency: 10 },
  professional: { credits: 50_500, concurrency: 15 },
  enterprise: { credits: 51_000, concurrency: 20 },
  ultimate: { credits: 52_000, concurrency: 25 },
} as const;

export type Edition = keyof typeof EDITIONS;

export const DEFAULT_SCOPES = [
  'ZohoCRM.modules.contacts.ALL',
  'ZohoCRM.modules.leads.ALL',
  'ZohoCRM.coql.READ',
  'ZohoCRM.settings.fields.ALL',
  'ZohoCRM.org.READ',
  'ZohoCRM.users.READ',
];

const layoutSchema = z.strictObject({
  id: z.string(),
  module: z.enum(MODULES),
  /** Fields it has; what else is sent is ignored. */
  fields: z.array(z.string()),
  /** Fields a record with this layout must have, beside Last_Name. */
  mandatory: z.array(z.string()),
});

export type Layout = z.infer<typeof layoutSchema>;

/** What can be changed of Zoho while the sandbox runs. */
export const zohoSettingsSchema = z.strictObject({
  /** Every Zoho CRM call takes at least so long, in ms. */
  latencyMs: z.number().nonnegative(),
  edition: z.enum(['free', 'standard', 'professional', 'enterprise', 'ultimate']),
  /** Instead of the edition's number of simultaneous calls. */
  concurrencyLimit: z.int().positive().optional(),
  /** Instead of the edition's credits a day. */
  credits: z.int().nonnegative().optional(),
  tokenLifetimeS: z.number().positive(),
  /** What the refresh token the sandbox starts with may do; takes effect with the next access token. */
  scopes: z.array(z.string()),
  /** Zoho's documents contradict each other on a field name that does not exist: both can be had. */
  unknownFields: z.enum(['ignore', 'refuse']),
  /**
   * Zoho does not say whether a record with several errors always gets all of them (v8) or just one: both can
   * be had.
   */
  errorsNamed: z.enum(['all', 'first']),
  /**
   * Zoho does not say what it answers to the deletion of a record that is locked or in approval: the same as
   * to its change, or what it says of any record that it does not delete. Both can be had.
   */
  heldDeletion: z.enum(['named', 'unnamed']),
  /** Owner id by id of the assignment rule (`lar_id`) that gives new records to that owner. */
  assignmentRules: z.record(z.string(), z.string()),
  /** Layouts beside the one that has every field and demands none. */
  layouts: z.array(layoutSchema),
  /**
   * Zoho does not say whether a record in the recycle bin keeps its unique values to itself: both can be had.
   */
  recycleBinKeepsUnique: z.boolean(),
  /** "Duplicate Check Preference" of Leads: unique values of converted leads count too. */
  checkConvertedLeads: z.boolean(),
  /** What the user answers on the consent page of `/oauth/v2/auth`; `ask`: the page is shown. */
  consent: z.enum(['grant', 'deny', 'ask']),
});

export type ZohoSettings = z.infer<typeof zohoSettingsSchema>;

export const DEFAULT_ZOHO_SETTINGS: ZohoSettings = {
  latencyMs: 0,
  edition: 'enterprise',
  tokenLifetimeS: 3600,
  scopes: DEFAULT_SCOPES,
  unknownFields: 'ignore',
  errorsNamed: 'all',
  heldDeletion: 'named',
  assignmentRules: {},
  layouts: [],
  recycleBinKeepsUnique: false,
  checkConvertedLeads: false,
  consent: 'grant',
};
