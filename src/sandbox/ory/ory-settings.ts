import { z } from 'zod';

/** Ory settings that can be changed while the sandbox runs. */
export const orySettingsSchema = z.strictObject({
  /**
   * The limits of each of Ory's three admin buckets. Without it there is no limit, as on a self-hosted
   * Kratos.
   */
  oryRateLimit: z.strictObject({ rps: z.int().positive(), rpm: z.int().positive() }).optional(),
  /**
   * The answer of `/admin/version`; without it the answer is 404. With 1.x no change moves `updated_at`
   * (ory/kratos#4131, fixed in v25.4.0).
   */
  oryVersion: z.string().optional(),
  /** Whether Ory's admin API requires the project API key. */
  oryAuth: z.boolean(),
});

export type OrySettings = z.infer<typeof orySettingsSchema>;

export const DEFAULT_ORY_SETTINGS: OrySettings = { oryAuth: true };
