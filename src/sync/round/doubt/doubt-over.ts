import type { FoundContact } from '../../../model/contact.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';

/** A doubt that is over: which contact the call was about, if any. */
export interface DoubtOver {
  readonly row: OutboxRow;
  readonly contact: (FoundContact & { readonly origin: 'made' | 'found' }) | undefined;
  /** The repeated call made it: what is written on creation only is still to be written. */
  readonly made: boolean;
}
