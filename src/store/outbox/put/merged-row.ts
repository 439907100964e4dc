/** The row that a put makes for its identity. Pure. */
import type { Event } from '../../../model/event.ts';
import { moreTelling, priorityOf } from '../../../model/event.ts';
import type { MergeRules, PutEntry } from './put-entry.ts';
import type { OutboxRow } from '../row.ts';

/** The columns a put sets. All others of an existing row stay as they are. */
export interface MergedRow {
  readonly event: Event;
  readonly priority: number;
  readonly payload: string | null;
  readonly hint: boolean;
  readonly readFirst: boolean;
  readonly compare: boolean;
  readonly overwrite: boolean;
  /** The contact keeps its fields, and gets only the Ory id (rule 25). */
  readonly idOnly: boolean;
  readonly version: number | null;
  readonly verified: number;
  readonly asOf: number;
  readonly addressesHash: string | null;
  readonly contentHash: string;
  readonly profileHash: string | null;
  /** With `id_only` it stays that of the last delivery. */
  readonly mappingHash: string;
  readonly emailKey: string | null;
  /** Waiting and due now. */
  readonly due: boolean;
  /** The revision moves, because a delivery under way no longer has the newest data. */
  readonly moved: boolean;
}

/** The stored snapshot stays, and is to be delivered (again). */
export function again(row: OutboxRow, entry: PutEntry): MergedRow {
  return { ...raised(row, entry), idOnly: false, due: true, moved: true };
}

/** The stored snapshot and its due time stay. Event and priority may rise (rule 6). */
export function raised(row: OutboxRow, entry: PutEntry): Omit<MergedRow, 'due' | 'moved'> {
  return { ...row, ...calling(entry, row) };
}

/** The more telling event, and the higher priority (rules 4 and 6). */
export function calling(entry: PutEntry, row: OutboxRow | undefined): Pick<MergedRow, 'event' | 'priority'> {
  const priority = entry.priority ?? priorityOf(entry.event);
  if (row === undefined) return { event: entry.event, priority };
  return { event: moreTelling(row.event, entry.event), priority: Math.min(row.priority, priority) };
}

/** The snapshot of the entry replaces the stored one. */
export function replaced(
  entry: PutEntry,
  asOf: number,
  row: OutboxRow | undefined,
  rules: MergeRules,
): Omit<MergedRow, 'hint' | 'readFirst' | 'due' | 'moved'> {
  return {
    ...calling(entry, row),
    payload: entry.payload,
    compare: entry.compare === true || row?.compare === true,
    overwrite: entry.overwrite === true || row?.overwrite === true,
    idOnly: false,
    version: entry.version,
    verified: entry.verified,
    asOf,
    addressesHash: entry.addressesHash,
    contentHash: entry.contentHash,
    profileHash: entry.profileHash,
    mappingHash: rules.mappingHash,
    emailKey: entry.emailKey,
  };
}
