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
 * Real identities to try a mapping on: the first page of Ory's list, at most 500. Ory lists by id and ids are
 * random, so the first page is a fair sample.
 * @param timeoutMs time limit for Ory
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
