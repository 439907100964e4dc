import type { Json } from '../../../model/json.ts';

export const RECORD_STATES = ['free', 'locked', 'not_approved', 'not_reviewed', 'in_blueprint'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** One write in the history of a record. */
export interface WriteNote {
  readonly by: 'api' | 'person';
  readonly action: 'insert' | 'update';
  /** The automations that ran. An API write without `trigger` runs all of them. */
  readonly trigger: readonly string[];
  readonly lar_id?: string | undefined;
  /** The API names of the fields that were sent. */
  readonly fields: readonly string[];
  readonly at: number;
}

/** One record of a module as the sandbox stores it. */
export interface StoredRecord {
  readonly id: string;
  readonly createdAt: number;
  modifiedAt: number;
  readonly values: Map<string, Json>;
  state: RecordState;
  /** When it was moved to the recycle bin. */
  deletedAt?: number;
  /** The contact that a converted lead became. */
  convertedTo?: string;
  writes: number;
  /** Only the newest writes are kept. */
  history: WriteNote[];
}
