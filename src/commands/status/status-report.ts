import type { ServeConfig } from '../../config/serve-config.ts';
import type { StoreError } from '../../errors.ts';
import { readDelivered } from '../../store/delivered.ts';
import { readProcesses } from '../../store/live-processes.ts';
import type { ProcessRow } from '../../store/live-processes.ts';
import { readEmptyBodies } from '../../store/empty-bodies.ts';
import { countOutbox } from '../../store/outbox/count.ts';
import type { OutboxCounts } from '../../store/outbox/count.ts';
import { countFailed } from '../../store/outbox/failed/failed-list.ts';
import { countAside } from '../../store/outbox/put-aside.ts';
import { countRefused } from '../../store/outbox/refused.ts';
import type { RefusedRows } from '../../store/outbox/refused.ts';
import type { ReasonCount } from '../../store/outbox/failed/failed-list.ts';
import type { Store } from '../../store/open.ts';
import { whyNotWritten } from '../../store/probe.ts';
import { readCounts } from '../../store/scan/counts.ts';
import { readScan } from '../../store/scan/run.ts';
import type { ScanKind } from '../../store/scan/run.ts';
import { hasGap, summarizeLedger } from '../../store/status.ts';
import { tokenCache } from '../../store/token.ts';
import { tokenKey } from '../../zoho/token/shared-token-row.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { mappingStatus } from './mapping-status.ts';
import type { MappingStatus } from './mapping-status.ts';
import { judgeConnection } from './connection-status.ts';
import { stepAgainst } from '../parts/pause-step.ts';
import { judgeReads } from '../parts/reads-paused.ts';

type Outcomes = { readonly [Name in 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed']: number };

/** The output of `status --json`. Times are RFC 3339, UTC. */
export interface StatusReport {
  readonly outbox: Omit<OutboxCounts, 'oldestSeconds'> & { readonly oldest_seconds: number };
  /** Rows that wait for something only a person can provide, by reason (needs_coql). */
  readonly waits: readonly ReasonCount[];
  /** Rows that wait because Zoho refused their last call or put them off, by reason, with Zoho's words. */
  readonly refused: readonly RefusedRows[];
  /** Failed rows by reason. */
  readonly failed: readonly ReasonCount[];
  /** Contacts without a field that Zoho refused. */
  readonly left_out: number;
  /** Identities that have a contact. */
  readonly linked: number;
  readonly connection: {
    readonly state: 'ok' | 'dead' | 'unknown';
    readonly token_expires_at: string | null;
  };
  /** Null if more than half of the day's credits are left, or Zoho was not asked. */
  readonly credits: { readonly remaining: number | null };
  readonly paused: {
    readonly reason: string;
    readonly until: string | null;
    readonly hint: string | null;
  } | null;
  /** Why reads from Ory are paused, and with them every delivery that needs one; null if they are not. */
  readonly reads_paused: {
    readonly reason: string;
    readonly message: string;
    readonly until: string;
    readonly hint: string;
  } | null;
  /**
   * Why the store takes no writes, so that webhooks are answered 503; null if it takes them. `since` is null
   * if it is not known.
   */
  readonly store: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly since: string | null;
  } | null;
  /** Webhooks without a body. Each one means that the event of some identity was lost. */
  readonly empty_bodies: {
    /** Since the store was made. */
    readonly count: number;
    readonly last_at: string | null;
    /** True if no scan that began after the last of them has read all identities. */
    readonly unhealed: boolean;
  };
  /** Every delivery counts, also repeated ones of one identity. */
  readonly deliveries: { readonly last_at: string | null; readonly last_24h: Outcomes };
  readonly processes: readonly {
    readonly kind: ProcessRow['kind'];
    readonly host: string;
    readonly pid: number;
    readonly started_at: string;
    /** Whether its mapping is that of the first process (rule 18). */
    readonly same_mapping: boolean;
  }[];
  /** Null if the mapping cannot be read. */
  readonly mapping: MappingStatus | null;
  readonly scans: {
    readonly backfill: ScanStatus | null;
    readonly reconcile: ScanStatus | null;
    /** serve was away; the next reconcile reads all identities. */
    readonly gap: boolean;
  };
}

export interface ScanStatus {
  readonly state: 'reading' | 'delivering' | 'done' | 'stopped';
  /** Whether a process runs it now. */
  readonly running: boolean;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** The outcomes so far. */
  readonly outcomes: Outcomes;
}

/** Reads the status of a store and its processes. */
export async function readStatus(store: Store, config: ServeConfig, now: number): Promise<StatusReport> {
  const { oldestSeconds, ...rows } = await countOutbox(store);
  const { lastAt, linked, leftOut } = await summarizeLedger(store);
  const processes = await readProcesses(store);
  const { state, tokenExpiresAt, paused } = judgeConnection(processes, await readToken(store, config), now);
  const credits = processes.flatMap(({ health }) => health?.credits_remaining ?? []);
  return {
    outbox: { ...rows, oldest_seconds: oldestSeconds },
    waits: await countAside(store),
    refused: await countRefused(store),
    failed: await countFailed(store),
    left_out: leftOut,
    linked,
    connection: { state, token_expires_at: iso(tokenExpiresAt) },
    credits: { remaining: credits.length === 0 ? null : Math.min(...credits) },
    paused: paused && { reason: paused.reason, until: iso(paused.until), hint: stepAgainst(paused.reason) },
    reads_paused: readsPaused(processes),
    store: storeTrouble(processes, await whyNotWritten(store)),
    empty_bodies: await emptyBodies(store),
    deliveries: { last_at: iso(lastAt), last_24h: await readDelivered(store) },
    processes: processes.map(({ kind, host, pid, startedAt, mappingHash }) => ({
      kind,
      host,
      pid,
      started_at: new Date(startedAt).toISOString(),
      same_mapping: mappingHash === processes[0]?.mappingHash,
    })),
    mapping: await mappingStatus(store, config, processes),
    scans: {
      backfill: await scanStatus(store, 'backfill', processes),
      reconcile: await scanStatus(store, 'reconcile', processes),
      gap: await hasGap(store),
    },
  };
}

async function emptyBodies(store: Store): Promise<StatusReport['empty_bodies']> {
  const { count, lastAt, sinceMs, gap } = await readEmptyBodies(store);
  return { count, last_at: iso(lastAt), unhealed: sinceMs !== null || gap };
}

function readsPaused(processes: readonly ProcessRow[]): StatusReport['reads_paused'] {
  const pause = judgeReads(processes);
  if (pause === undefined) return null;
  const { reason, message, until, hint } = pause;
  return { reason, message, until: new Date(until).toISOString(), hint };
}

/**
 * The write problem that a serve has had for longest, or else this command's own.
 * @param own the error of this command; a process that cannot write cannot report it in the store either
 */
function storeTrouble(processes: readonly ProcessRow[], own: StoreError | undefined): StatusReport['store'] {
  const [first] = processes
    .flatMap(({ health }) => health?.intake ?? [])
    .toSorted((left, right) => left.since - right.since);
  if (first !== undefined) return { ...first, since: new Date(first.since).toISOString() };
  return own === undefined ? null : { code: own.code, message: own.message, hint: own.hint, since: null };
}

function readToken(store: Store, { zoho }: ServeConfig) {
  return tokenCache(store).read(tokenKey(hostsOf(zoho), zoho));
}

async function scanStatus(
  store: Store,
  kind: ScanKind,
  processes: readonly ProcessRow[],
): Promise<ScanStatus | null> {
  const scan = await readScan(store, kind);
  if (scan === undefined) return null;
  const outcomes = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  for (const { outcome, n } of await readCounts(store, scan.run)) outcomes[outcome] += n;
  return {
    state: scan.state,
    running: processes.some(({ id }) => id === scan.holder),
    started_at: new Date(scan.startedAt).toISOString(),
    finished_at: iso(scan.finishedAt),
    outcomes,
  };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
