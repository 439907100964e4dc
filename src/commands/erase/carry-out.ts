import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { needsAPerson } from '../../model/pause.ts';
import { readErasure } from '../../store/erasure.ts';
import { Delivery } from '../../sync/delivery.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { Parts } from '../open-parts.ts';

const LOOK_EVERY_MS = 200;

/** What an erasure that was put in has come to. */
export type Carried =
  | {
      readonly is: 'erased';
      /** Contacts that were to go, and those that delivery had deleted: of them those that Zoho no longer has, by its own answer. */
      readonly gone: readonly string[];
      /** Those that are still there. */
      readonly left: readonly string[];
    }
  | { readonly is: 'failed'; readonly reason: string | null; readonly message: string }
  /** Zoho holds the contact (a lock, an approval): it is tried again. */
  | { readonly is: 'held'; readonly reason: string | null; readonly message: string }
  /** It is done later. `message`: why not now; `dead`: it needs a person. */
  | { readonly is: 'queued'; readonly message: string | null; readonly dead: boolean };

export interface CarryOut {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly zoho: ZohoClient;
  readonly identityId: string;
  /** The contacts that are to go, as far as is known beforehand. */
  readonly contactIds: readonly string[];
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
        if (one.what === 'paused') pause = { message: one.message, dead: needsAPerson(one.reason) };
        if (one.what === 'resumed') pause = undefined;
      },
    },
    async () => undefined,
    () => [work.identityId],
  );
  delivery.start();
  try {
    const carried = await waitFor(work, () => pause);
    return carried.is === 'erased' ? { ...carried, ...(await lookAfter(work, carried.deleted)) } : carried;
  } finally {
    // A call that hangs is cut, not waited for: deleting twice does no harm.
    await Promise.all([delivery.stop(), work.zoho.close()]);
  }
}

type Waited =
  | Exclude<Carried, { is: 'erased' }>
  /** `deleted`: contacts that Zoho was asked to delete, by this process or by a serve. */
  | { readonly is: 'erased'; readonly deleted: readonly string[] };

async function waitFor(
  { parts, identityId, waitMs, signal }: CarryOut,
  pause: () => { readonly message: string; readonly dead: boolean } | undefined,
): Promise<Waited> {
  const until = performance.now() + waitMs;
  for (;;) {
    const now = await readErasure(parts.store, identityId);
    if (now === undefined || now.kind !== 'erase') {
      return { is: 'erased', deleted: now?.erased_contacts ?? [] };
    }
    const said = { reason: now.reason, message: now.message ?? '' };
    if (now.state === 'failed') return { is: 'failed', ...said };
    if (now.put_off) return { is: 'held', ...said };
    const paused = pause();
    if (paused?.dead === true || signal.aborted || performance.now() >= until) {
      return { is: 'queued', message: paused?.message ?? null, dead: paused?.dead === true };
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** Ids that one question to Zoho takes. */
const IDS_AT_ONCE = 100;
/** How long Zoho may take to tell, in ms. */
const LOOK_MS = 15_000;

/** Whether contacts are gone is asked of Zoho: a serve may have deleted them. */
async function lookAfter(
  { zoho, parts, contactIds, signal }: CarryOut,
  deleted: readonly string[],
): Promise<{ readonly gone: readonly string[]; readonly left: readonly string[] }> {
  const ids = [...new Set([...contactIds, ...deleted])];
  return whatIsLeft(zoho, parts.mapping.module, ids, signal);
}

/** Which of these contacts Zoho still has. Those that it gave no answer for are in neither list. */
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
