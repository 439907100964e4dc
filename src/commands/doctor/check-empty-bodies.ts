import { readEmptyBodies } from '../../store/empty-bodies.ts';
import type { Store } from '../../store/open.ts';
import { duration } from '../terminal/duration.ts';
import { thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Webhooks without a body. No finding if none came in the last day and a scan has covered all of them. */
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
  'An identity with large traits causes this for others. Limit the length of texts in the identity schema (docs/webhook.md, "Large traits").';
