import { readErasure } from '../../store/erasure.ts';
import type { Erasure } from '../../store/erasure.ts';
import type { Store } from '../../store/open.ts';
import type { Awaited } from './deliver-only.ts';

/** The progress of an erasure that was put in. */
export type ErasureState =
  | { readonly is: 'under_way' }
  /** `deleted`: the contacts that this process or another one asked Zoho to delete. */
  | { readonly is: 'erased'; readonly deleted: readonly string[] }
  | { readonly is: 'failed'; readonly reason: string | null; readonly message: string }
  /** Zoho will not delete the contact yet (a lock, an approval). It is tried again. */
  | { readonly is: 'held'; readonly reason: string | null; readonly message: string };

/** Watches an erasure that was put in, whichever process delivers it. */
export class ErasureWatch implements Awaited {
  readonly #store: Store;
  readonly #identityId: string;
  #state: ErasureState = { is: 'under_way' };

  constructor(store: Store, identityId: string) {
    this.#store = store;
    this.#identityId = identityId;
  }

  get state(): ErasureState {
    return this.#state;
  }

  get wanted(): readonly string[] {
    return [this.#identityId];
  }

  get isDone(): boolean {
    return this.#state.is === 'erased' || this.#state.is === 'failed';
  }

  get isStuck(): boolean {
    return this.#state.is !== 'under_way';
  }

  async look(): Promise<void> {
    const now = await readErasure(this.#store, this.#identityId);
    this.#state = now?.kind === 'erase' ? stateOf(now) : { is: 'erased', deleted: now?.erasedContacts ?? [] };
  }
}

function stateOf({ state, putOff, reason, message }: Erasure): ErasureState {
  if (state !== 'failed' && !putOff) return { is: 'under_way' };
  return { is: state === 'failed' ? 'failed' : 'held', reason, message: message ?? '' };
}
