import type { z } from 'zod';
import { DEFAULT_ORY_SETTINGS, orySettingsSchema } from './ory/ory-settings.ts';
import { DEFAULT_ZOHO_SETTINGS, zohoSettingsSchema } from './zoho/zoho-settings.ts';

/** Settings that can be changed while the sandbox runs. */
export const settingsSchema = zohoSettingsSchema.extend(orySettingsSchema.shape);

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = { ...DEFAULT_ZOHO_SETTINGS, ...DEFAULT_ORY_SETTINGS };
