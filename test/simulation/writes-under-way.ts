/** Rule 10 at every moment: no two calls that write to Zoho have the same email or the same contact. */
import { z } from 'zod';
import type { NetworkRequest } from '../../src/model/network.ts';
import type { Life } from './life.ts';
import type { ProcessTime } from './process-world.ts';

interface UnderWay {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly life: Life;
  readonly time: ProcessTime;
  readonly since: number;
}

/** Longer than a lease, and than a round goes on without renewing it. */
const LEASE_MS = 15_000;

const bodySchema = z.object({
  data: z.array(z.looseObject({ id: z.string().optional(), Email: z.string().nullish() })),
});

/** The writes that some serve waits for. */
export class WritesUnderWay {
  /** What was wrong, as sentences. */
  readonly broken: string[] = [];
  readonly #all = new Set<UnderWay>();
  /** When the clock of the store last jumped. Leases may have ended early then. */
  #jumpedAt: number | undefined;

  clockOfStoreJumps(now: number): void {
    this.#jumpedAt = now;
  }

  /** A serve sends this request. @returns to be called when the serve knows how it ended */
  begin(request: NetworkRequest, life: Life, time: ProcessTime): () => void {
    const keys = keysOf(request);
    if (keys.length === 0) return () => {};
    const one = { keys, shown: `${request.method} ${keys.join(' ')}`, life, time, since: time.ticks };
    for (const other of this.#all) {
      const shared = other.keys.filter((key) => keys.includes(key));
      if (shared.length > 0 && this.#holdsItsLease(other)) {
        this.broken.push(
          `rule 10: at ${time.ticks}, ${one.shown} began while ${other.shown} was under way since ${other.since}`,
        );
      }
    }
    this.#all.add(one);
    return () => this.#all.delete(one);
  }

  /**
   * A dead serve holds nothing. One that stood still, or whose store's clock jumped, may have lost its lease. It
   * may have had the lease for a while before the call began.
   */
  #holdsItsLease({ life, time, since }: UnderWay): boolean {
    const leaseSince = since - LEASE_MS;
    const isSteady = (at: number | undefined) => at === undefined || at < leaseSince;
    return life.alive && isSteady(time.stoodStillAt) && isSteady(this.#jumpedAt);
  }
}

/** The emails and contact ids in a request that writes records. */
function keysOf({ method, url, body }: NetworkRequest): string[] {
  const { pathname, searchParams } = new URL(url);
  if (!pathname.startsWith('/crm/') || pathname.endsWith('/coql') || method === 'GET') return [];
  if (method === 'DELETE') return (searchParams.get('ids') ?? '').split(',').filter((id) => id !== '');
  const parsed = bodySchema.safeParse(body === undefined ? undefined : JSON.parse(body));
  return (parsed.data?.data ?? []).flatMap(({ id, Email }) =>
    [id, Email?.toLowerCase()].filter((key) => typeof key === 'string'),
  );
}
