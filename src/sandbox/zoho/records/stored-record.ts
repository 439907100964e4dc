import type { Json } from '../../../model/json.ts';

export const RECORD_STATES = ['free', 'locked', 'not_approved', 'not_reviewed', 'in_blueprint'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** One write to a record, as its history keeps it. */
export interface WriteNote {
  readonly by: 'api' | 'person';
  readonly action: 'insert' | 'update';
  /** What ran: an API write without `trigger` runs all of it. */
  readonly trigger: readonly string[];
  readonly lar_id?: string | undefined;
  /** API names of the fields that were sent. */
  readonly fields: readonly string[];
  readonly at: number;
}

/** One record of a module, as the sandbox keeps it. */
export interface StoredRecord {
  readonly id: string;
  readonly createdAt: number;
  modifiedAt: number;
  readonly values: Map<string, Json>;
  state: RecordState;
  /** The contact that a converted lead became. */
  convertedTo?: string;
  writes: number;
  /** The newest writes only. */
  history: WriteNote[];
}
