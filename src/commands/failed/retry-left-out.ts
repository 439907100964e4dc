import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryAdminOptions } from '../../ory/admin/admin-request.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { forgetRefused, listLeftOut } from '../../store/left-out.ts';
import type { LeftOutFilter } from '../../store/left-out.ts';
import type { Store } from '../../store/open.ts';
import { PUT_AT_MOST } from '../../store/outbox/put/put.ts';
import { drawAsOf } from '../../store/revision.ts';
import { putFresh } from '../../sync/intake/put-fresh.ts';
import { boundOry } from '../parts/open-parts.ts';
import { say } from '../terminal/print.ts';

export interface RetriedFields {
  /** The identities whose refusals were forgotten. */
  readonly identityIds: readonly string[];
  /** How many were read from Ory and are due now. The others are sent with their next change. */
  readonly due: number;
  /** Why not all are due. */
  readonly because: string | null;
}

/** The parts that a retry of single fields needs. */
export interface RetryPlace {
  readonly store: Store;
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  readonly ory: OryAdminOptions | undefined;
}

/** Sends refused single fields again (rule 18): at once with Ory's admin API, else with the next change. */
export async function retryLeftOut(place: RetryPlace, filter: LeftOutFilter): Promise<RetriedFields> {
  const { store, ory } = place;
  const rows = await listLeftOut(store, filter, Number.MAX_SAFE_INTEGER);
  const identityIds = rows.map(({ identityId }) => identityId);
  const client = ory === undefined ? undefined : boundOry(ory, store, say);
  let due = 0;
  let because = ory === undefined ? 'ORY_ADMIN_URL is not set' : null;
  try {
    for (let start = 0; start < identityIds.length; start += PUT_AT_MOST) {
      const ids = identityIds.slice(start, start + PUT_AT_MOST);
      await forgetRefused(store, ids);
      if (client === undefined || because !== null) continue;
      const read = await readAndPut(place, client, ids);
      due += read.puts;
      because = read.problem;
    }
  } finally {
    await client?.close();
  }
  return { identityIds, due, because };
}

/** Compares with Zoho, because nothing has changed in Ory, so the hashes would find nothing to do. */
async function readAndPut(
  place: RetryPlace,
  client: OryAdminClient,
  ids: readonly string[],
): Promise<{ puts: number; problem: string | null }> {
  const readAsOf = await drawAsOf(place.store);
  const read = await client.readByIds(ids, new AbortController().signal);
  const found = [...read.found.values()].map((identity) => ({ identity, readAsOf }));
  const results = await putFresh(place, found, { event: 'sync', compare: true });
  const puts = results.filter((result) => result === 'put').length;
  return { puts, problem: read.kind === 'failed' ? read.message : null };
}
