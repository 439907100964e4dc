import { z } from 'zod';
import { MODULES } from './modules.ts';

/** Credits per day and concurrent calls by edition, with one user licence (Zoho CRM API, "API limits"). */
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
  /** The fields of the layout. Other fields are ignored. */
  fields: z.array(z.string()),
  /** Fields that are mandatory in this layout, besides Last_Name. */
  mandatory: z.array(z.string()),
});

export type Layout = z.infer<typeof layoutSchema>;

/** Zoho settings that can be changed while the sandbox runs. */
export const zohoSettingsSchema = z.strictObject({
  /** The minimum duration of every Zoho CRM call, in ms. */
  latencyMs: z.number().nonnegative(),
  edition: z.enum(['free', 'standard', 'professional', 'enterprise', 'ultimate']),
  /** Replaces the edition's number of concurrent calls. */
  concurrencyLimit: z.int().positive().optional(),
  /** Replaces the edition's credits per day. */
  credits: z.int().nonnegative().optional(),
  tokenLifetimeS: z.number().positive(),
  /** The scopes of the initial refresh token. A change takes effect with the next access token. */
  scopes: z.array(z.string()),
  /**
   * How a quote is written in a COQL text. An answer recorded in August 2026 takes it doubled and refuses a
   * backslash, and so says Zoho's Kaizen 171; the page "COQL" has the backslash. Both can be set.
   */
  coqlEscape: z.enum(['doubled', 'backslash']),
  /** Whether COQL compares text without case. Zoho does not say, so both can be set. */
  coqlIgnoresCase: z.boolean(),
  /** Fields that the org keeps from COQL and search (Zoho CRM help, "GDPR", "Restrict data access through API"). */
  restrictedFields: z.array(z.string()),
  /**
   * How long the search knows nothing of a written record. "Search Records" says that the index is updated
   * later, but not how much later.
   */
  searchLagMs: z.number().nonnegative(),
  /**
   * The answer to reading an id that never existed: INVALID_DATA, as for other calls, or an empty 204, which
   * one caller noted. Zoho does not say, so both can be set.
   */
  unknownId: z.enum(['refused', 'empty']),
  /**
   * Whether the tokens of this org belong to the data center of the API host. If not, v2.1 and later answer
   * INVALID_HOST ("Status codes").
   */
  otherDataCenter: z.boolean(),
  /**
   * Whether a picklist takes values that are not in its list. "Insert Records" says that it adds them, and a
   * caller noted that they are refused. Both can be set.
   */
  newPicklistValues: z.enum(['accepted', 'refused']),
  /** What happens to an unknown field name. Zoho's pages contradict each other, so both can be set. */
  unknownFields: z.enum(['ignore', 'refuse']),
  /**
   * Whether a record with several errors gets all of them (v8) or just one. Zoho does not say, so both can be
   * set.
   */
  errorsNamed: z.enum(['all', 'first']),
  /**
   * The answer to deleting a record that is locked or in approval. Zoho does not say whether it is the same
   * as for a change (`named`) or the general one for a failed deletion (`unnamed`). Both can be set.
   */
  heldDeletion: z.enum(['named', 'unnamed']),
  /** The owner that an assignment rule (`lar_id`) gives to new records, by the id of the rule. */
  assignmentRules: z.record(z.string(), z.string()),
  /** Additional layouts. The default one has every field and requires none. */
  layouts: z.array(layoutSchema),
  /** Whether a record in the recycle bin blocks its unique values. Zoho does not say, so both can be set. */
  recycleBinKeepsUnique: z.boolean(),
  /** "Duplicate Check Preference" of Leads: unique values of converted leads count too. */
  checkConvertedLeads: z.boolean(),
  /** The user's answer on the consent page of `/oauth/v2/auth`. With `ask` the page is shown. */
  consent: z.enum(['grant', 'deny', 'ask']),
});

export type ZohoSettings = z.infer<typeof zohoSettingsSchema>;

export const DEFAULT_ZOHO_SETTINGS: ZohoSettings = {
  latencyMs: 0,
  edition: 'enterprise',
  tokenLifetimeS: 3600,
  scopes: DEFAULT_SCOPES,
  coqlEscape: 'doubled',
  coqlIgnoresCase: true,
  restrictedFields: [],
  searchLagMs: 5_000,
  unknownId: 'refused',
  otherDataCenter: false,
  newPicklistValues: 'accepted',
  unknownFields: 'ignore',
  errorsNamed: 'all',
  heldDeletion: 'named',
  assignmentRules: {},
  layouts: [],
  recycleBinKeepsUnique: false,
  checkConvertedLeads: false,
  consent: 'grant',
};
