import { DeliverOnly } from '../../sync/delivery/deliver-only.ts';
import { ErasureWatch } from '../../sync/delivery/erasure-watch.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { Delivering } from '../parts/delivering.ts';

/** The result of an erasure. */
export type Carried =
  | {
      readonly is: 'erased';
      /**
       * Of the contacts to delete, and those that delivery deleted: those that Zoho, asked afterwards, no
       * longer has.
       */
      readonly gone: readonly string[];
      /** Contacts that are still there. */
      readonly left: readonly string[];
    }
  | { readonly is: 'failed'; readonly reason: string | null; readonly message: string }
  /** Zoho holds the contact (a lock, an approval). The deletion is retried. */
  | { readonly is: 'held'; readonly reason: string | null; readonly message: string }
  /** It is done later. `message`: why not now; `dead`: a person has to fix something. */
  | { readonly is: 'queued'; readonly message: string | null; readonly dead: boolean };

export interface CarryOut {
  readonly delivering: Delivering;
  readonly identityId: string;
  /** The contacts to delete, as far as they are known beforehand. */
  readonly contactIds: readonly string[];
  /** How long to wait for it. */
  readonly waitMs: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Delivers only the erasure and waits for it. A running serve may do it first. */
export async function carryOutErasure(work: CarryOut): Promise<Carried> {
  const { delivering, identityId, waitMs, signal } = work;
  const delivery = new DeliverOnly(delivering.context);
  const erasure = new ErasureWatch(delivering.context.store, identityId);
  try {
    // A hanging call is cut, because deleting twice does no harm.
    const pause = await delivery.deliver(erasure, { waitMs, signal, cut: true });
    const { state } = erasure;
    switch (state.is) {
      case 'under_way':
        return { is: 'queued', message: pause?.message ?? null, dead: pause?.dead === true };
      case 'erased':
        return { is: 'erased', ...(await lookAfter(work, state.deleted)) };
      default:
        return state;
    }
  } finally {
    await delivery.stop(true);
  }
}

/** The most ids in one call. */
const IDS_AT_ONCE = 100;
/** Time limit for Zoho's answer, in ms. */
const LOOK_MS = 15_000;

/** Asks Zoho whether the contacts are gone, because a serve may have deleted them. */
async function lookAfter(
  { delivering: { zoho, context }, contactIds, signal }: CarryOut,
  deleted: readonly string[],
): Promise<{ readonly gone: readonly string[]; readonly left: readonly string[] }> {
  const ids = [...new Set([...contactIds, ...deleted])];
  return whatIsLeft(zoho, context.mapping.module, ids, signal);
}

/** Which of these contacts Zoho still has. Contacts without an answer are in neither list. */
export async function whatIsLeft(
  zoho: ZohoClient,
  module: string,
  contactIds: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly gone: readonly string[]; readonly left: readonly string[] }> {
  const gone: string[] = [];
  const left: string[] = [];
  const timeout = AbortSignal.timeout(LOOK_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  for (let start = 0; start < contactIds.length; start += IDS_AT_ONCE) {
    const ids = contactIds.slice(start, start + IDS_AT_ONCE);
    const answer = await zoho.records({ module, ids, select: ['Last_Name'], signal: either });
    if (answer.kind !== 'found') continue;
    const there = new Set(answer.contacts.map(({ id }) => id));
    gone.push(...ids.filter((id) => !there.has(id)));
    left.push(...there);
  }
  return { gone, left };
}
