import { joinStore, leaveStore } from '../../store/process.ts';
import type { ConnectionState } from '../../sync/connection.ts';
import { Heartbeat } from '../../sync/heartbeat.ts';
import { processHealth } from '../../sync/process-health.ts';
import type { ReadsPause } from '../../sync/reads-pause.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { Parts } from '../open-parts.ts';
import { say } from './tell.ts';

/** What a sync is among the processes of its store. */
export interface Member {
  /** A serve was there at the start: it delivers what this process leaves. */
  readonly besideServe: boolean;
  leave(): Promise<void>;
}

/** Joins the processes of the store, and says where they map differently (rule 18). */
export async function joinAsSync(
  { store, mapping }: Parts,
  zoho: ZohoClient,
  connection: () => ConnectionState,
  reads: ReadsPause,
): Promise<Member> {
  const { joined, others } = await joinStore(store, 'sync', mapping.hashWithId);
  for (const { kind, host, pid, mapping_hash } of others) {
    if (mapping_hash === mapping.hashWithId) continue;
    say(
      `Warning: ${kind} (process ${pid} on ${host}) works on this store with another mapping: give both the same.`,
    );
  }
  const heartbeat = new Heartbeat(store, joined, () =>
    processHealth(connection(), zoho.stats(), reads.health, {
      monotonic: performance.now(),
      utc: Date.now(),
    }),
  );
  return {
    besideServe: others.some(({ kind }) => kind === 'serve'),
    async leave() {
      await heartbeat.stop();
      await leaveStore(store, joined);
    },
  };
}
