import type { FoundContact } from '../../../model/contact.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';

/** A doubt that is settled, and the contact that the call was about, if there is one. */
export interface DoubtOver {
  readonly row: OutboxRow;
  readonly contact: (FoundContact & { readonly origin: 'made' | 'found' }) | undefined;
  /**
   * The repeated call created the contact. Fields that are written only on creation are still to be written.
   */
  readonly made: boolean;
  /** The fields that the repeated call wrote. */
  readonly wrote?: readonly string[];
}

/** The call turned out to have had no effect. */
export function noContact(row: OutboxRow): DoubtOver {
  return { row, contact: undefined, made: false };
}
