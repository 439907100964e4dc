import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { Identity } from '../../model/identity.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';

export type Sample =
  | { readonly kind: 'sample'; readonly identities: readonly Identity[] }
  /** ORY_ADMIN_URL is not set. */
  | { readonly kind: 'no_admin_api' }
  | OryFailure;

/**
 * Real identities to try a mapping on: the first page that Ory lists, 500 at most, in one request. Ory lists by id, and
 * ids are random, so it is a fair sample.
 * @param timeoutMs how long Ory may take
 */
export async function readSample(ory: DeliveryConfig['ory'], timeoutMs: number): Promise<Sample> {
  if (ory === undefined) return { kind: 'no_admin_api' };
  const client = createOryAdminClient(ory);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const page = await client.page(undefined, signal);
    if (page.kind === 'page') return { kind: 'sample', identities: page.identities };
    return page.kind === 'failed' ? page : unread(page.message);
  } catch (error) {
    if (!signal.aborted) throw error;
    return unread("Ory's admin API did not answer in time.");
  } finally {
    await client.close();
  }
}

function unread(message: string): OryFailure {
  return { kind: 'failed', reason: 'network', message };
}
