import { readEmptyBodies } from '../../store/empty-bodies.ts';
import type { Store } from '../../store/open.ts';
import { duration } from '../terminal/duration.ts';
import { thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Webhooks that came without a body: nothing is said where none did in the last day and all were looked after. */
export async function checkEmptyBodies(store: Store): Promise<Finding[]> {
  try {
    const { count, lastAt, sinceMs, gap } = await readEmptyBodies(store);
    const unhealed = sinceMs !== null || gap;
    const agoMs = Date.now() - (lastAt ?? 0);
    if (!unhealed && agoMs > DAY_MS) return [];
    const which = count === 1 ? 'webhook came' : 'webhooks came';
    const found = unhealed
      ? 'events of some identities are lost until a reconcile or a backfill'
      : 'a scan has read all identities since';
    const ago = duration(Math.max(0, agoMs) / 1_000);
    return [warn('empty_bodies', `${count} ${which} without a body, the last ${ago} ago: ${found}`, FIX)];
  } catch (error) {
    return [thrown('empty_bodies', error)];
  }
}

const FIX =
  'An identity with large traits does that to others: limit the length of text in the identity schema (docs/webhook.md, "Large traits").';
