import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { WriteNote } from '../records/stored-record.ts';

/** The automations that an API write without `trigger` runs (Zoho CRM API, "Upsert Records"). */
const ALL_TRIGGERS = ['workflow', 'approval', 'blueprint'] as const;

/** The body of upsert and update. The official specification has already been checked. */
export const writeBodySchema = z.object({
  data: z.array(z.custom<JsonObject>(isJsonObject)),
  duplicate_check_fields: z.array(z.string()).optional(),
  trigger: z.array(z.string()).optional(),
  lar_id: z.string().optional(),
});

export type WriteBody = z.infer<typeof writeBodySchema>;

/** What the history of a record notes of a write. */
export function writeNote(
  body: WriteBody,
  action: WriteNote['action'],
  record: JsonObject,
  at: number,
): WriteNote {
  return {
    by: 'api',
    action,
    trigger: body.trigger ?? ALL_TRIGGERS,
    // Assignment rules run only on insert.
    lar_id: action === 'insert' ? body.lar_id : undefined,
    fields: Object.keys(record).filter((key) => key !== 'id'),
    at,
  };
}
