import { z } from 'zod';

/** What can be changed of Ory while the sandbox runs. */
export const orySettingsSchema = z.strictObject({
  /** Limits of each of Ory's three admin buckets; without it there is none, as on a self-hosted Kratos. */
  oryRateLimit: z.strictObject({ rps: z.int().positive(), rpm: z.int().positive() }).optional(),
  /**
   * What `/admin/version` answers; without it 404. With 1.x no change moves `updated_at` (ory/kratos#4131,
   * fixed in v25.4.0).
   */
  oryVersion: z.string().optional(),
  /** Whether Ory's admin API asks for the project API key. */
  oryAuth: z.boolean(),
});

export type OrySettings = z.infer<typeof orySettingsSchema>;

export const DEFAULT_ORY_SETTINGS: OrySettings = { oryAuth: true };
