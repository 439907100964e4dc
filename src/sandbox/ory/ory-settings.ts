import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { PRESETS } from './schemas/presets.ts';

/** Ory settings that can be changed while the sandbox runs. */
export const orySettingsSchema = z.strictObject({
  /**
   * The limits of each of Ory's three admin buckets. Without it there is no limit, as on a self-hosted
   * Kratos.
   */
  oryRateLimit: z.strictObject({ rps: z.int().positive(), rpm: z.int().positive() }).optional(),
  /**
   * The version of a self-hosted Kratos, such as `v1.3.1`: the sandbox acts as this version does
   * (ory-versions.ts). Without it the sandbox acts as Ory Network.
   */
  oryVersion: z.string().optional(),
  /** Whether Ory Network's admin API requires the project API key. A self-hosted Kratos knows no keys. */
  oryAuth: z.boolean(),
  /** The identity schemas of the project. */
  orySchemas: z
    .array(
      z.strictObject({ id: z.string(), schema: z.custom<JsonObject>(isJsonObject, 'must be an object') }),
    )
    .readonly(),
  /** The schema of identities that are created without one. */
  oryDefaultSchema: z.string(),
});

export type OrySettings = z.infer<typeof orySettingsSchema>;

export const DEFAULT_ORY_SETTINGS: OrySettings = {
  oryAuth: true,
  orySchemas: PRESETS,
  oryDefaultSchema: 'preset://basic',
};
