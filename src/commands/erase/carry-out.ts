import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { NEEDS_A_PERSON } from '../../model/needs-a-person.ts';
import { readErasure } from '../../store/erasure.ts';
import { Delivery } from '../../sync/delivery.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { Parts } from '../open-parts.ts';

const LOOK_EVERY_MS = 200;

/** What an erasure that was put in has come to. */
export type Carried =
  | { readonly is: 'erased' }
  | { readonly is: 'failed'; readonly message: string }
  /** It is done later. `message`: why not now; `dead`: it needs a person. */
  | { readonly is: 'queued'; readonly message: string | null; readonly dead: boolean };

export interface CarryOut {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly zoho: ZohoClient;
  readonly identityId: string;
  /** How long to wait for it. */
  readonly waitMs: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Delivers the erasure and nothing else, unless a serve that runs comes first, and waits for it. Closes `zoho`. */
export async function carryOut(work: CarryOut): Promise<Carried> {
  let pause: { readonly message: string; readonly dead: boolean } | undefined;
  const { store, mapping, ory } = work.parts;
  const delivery = new Delivery(
    {
      store,
      zoho: work.zoho,
      ory,
      mapping,
      oryIdField: work.config.oryIdField,
      report(one) {
        if (one.what === 'paused') pause = { message: one.message, dead: NEEDS_A_PERSON.has(one.reason) };
        if (one.what === 'resumed') pause = undefined;
      },
    },
    async () => undefined,
    () => [work.identityId],
  );
  delivery.start();
  try {
    return await waitFor(work, () => pause);
  } finally {
    // A call that hangs is cut, not waited for: deleting twice does no harm.
    await Promise.all([delivery.stop(), work.zoho.close()]);
  }
}

async function waitFor(
  { parts, identityId, waitMs, signal }: CarryOut,
  pause: () => { readonly message: string; readonly dead: boolean } | undefined,
): Promise<Carried> {
  const until = performance.now() + waitMs;
  for (;;) {
    const now = await readErasure(parts.store, identityId);
    if (now === undefined || now.kind !== 'erase') return { is: 'erased' };
    if (now.state === 'failed') return { is: 'failed', message: now.message ?? '' };
    const paused = pause();
    if (paused?.dead === true || signal.aborted || performance.now() >= until) {
      return { is: 'queued', message: paused?.message ?? null, dead: paused?.dead === true };
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
