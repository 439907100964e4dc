import type { DeliveryConfig } from '../../config/serve-config.ts';
import { normalAdminUrl } from '../../model/admin-url.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import { readBoundOry } from '../../store/binding.ts';
import type { Store } from '../../store/open.ts';
import { differenceText, likenessOf } from '../../sync/ory-project/same-project.ts';
import { fail, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/**
 * Whether serve would start with this address of Ory if the store was filled from another one. No finding if
 * they are the same.
 */
export async function checkBinding(
  { ory }: DeliveryConfig,
  store: Store,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (ory === undefined) return [];
  try {
    const [from, to] = [await readBoundOry(store), normalAdminUrl(ory.adminUrl)];
    if (from === null || to === undefined || from === to) return [];
    const moved = `ORY_ADMIN_URL is ${to}, but the store was filled from ${from}`;
    const client = createOryAdminClient(ory);
    try {
      const likeness = await likenessOf(store, client, signal);
      if (likeness.kind === 'same') {
        return [ok('ory', `${moved}. It is the same project; serve binds the store to the new address`)];
      }
      if (likeness.kind === 'other') {
        const detail = `${moved}. ${differenceText(likeness)}: serve ends with exit code 2`;
        return [fail('ory', detail, FIX)];
      }
      const detail = `${moved}. Serve reads nothing from it until Ory has shown that it is the same project`;
      return [
        warn(
          'ory',
          `${detail}: ${likeness.message}`,
          'Make sure that serve can reach Ory. Everything else keeps running.',
        ),
      ];
    } finally {
      await client.close();
    }
  } catch (error) {
    if (signal.aborted) return [];
    return [thrown('ory', error)];
  }
}

const FIX =
  'If it really is the same project, run "ory-zoho init --rebind". If not, correct ORY_ADMIN_URL, or set DATABASE_URL to a separate store.';
