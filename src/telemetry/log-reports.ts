import { LOOK_UP_WAITS } from '../model/look-up-wait.ts';
import type { Logger } from 'pino';
import { needsAPerson } from '../model/pause.ts';
import type { Report, Reporter } from '../model/report.ts';

/** How often a pause is logged that lasts until a person acts. A dead connection is probed more often. */
const TOLD_EVERY_MS = 60_000;

/**
 * Logs what happens in the data flow: one line for each batch and each failure, with ids and without personal
 * data.
 * @param now a monotonic clock, ms
 */
export function logReports(log: Logger, now: () => number = () => performance.now()): Reporter {
  const logPause = pauseLog(log, now);
  const logScan = scanLog(log);
  const logAside = asideLog(log, now);
  return (report: Report) => {
    switch (report.what) {
      case 'put':
        log.debug({ identity_id: report.identityId, event: report.event, result: report.result }, 'put');
        return;
      case 'settled':
        logSettled(log, report);
        return;
      case 'batch':
        log.info(
          {
            operation: report.operation,
            records: report.records,
            ms: Math.round(report.ms),
            identity_ids: report.identityIds,
          },
          'batch',
        );
        return;
      case 'warning':
        log.warn({ identity_id: report.identityId }, report.warning);
        return;
      case 'paused':
      case 'resumed':
        logPause(report);
        return;
      case 'put_aside':
        logAside(report);
        return;
      case 'reads_paused':
        log.warn({ reason: report.reason, for_ms: report.ms }, `reads from Ory paused: ${report.message}`);
        return;
      case 'reads_answered':
        log.info('reads from Ory resumed');
        return;
      case 'round_failed':
        log.error(report.message);
        return;
      case 'scan_began':
      case 'scan_page':
      case 'scan_done':
      case 'scan_stopped':
      case 'absent':
        logScan(report);
        return;
    }
  };
}

/** Once a minute while it lasts, because a backfill may put thousands aside. */
function asideLog(log: Logger, now: () => number) {
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ reason, identities }: Extract<Report, { what: 'put_aside' }>): void => {
    if (now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = now();
    const { cause, fix } = LOOK_UP_WAITS[reason];
    log.error({ reason, identities }, `newcomers wait (${reason}): ${cause}. ${fix}`);
  };
}

/**
 * Temporary pauses are warnings. Pauses that only a person can end are errors, once a minute while they last.
 */
function pauseLog(log: Logger, now: () => number) {
  let told: { readonly reason: string; readonly at: number } | undefined;
  return (report: Extract<Report, { what: 'paused' | 'resumed' }>): void => {
    if (report.what === 'resumed') {
      told = undefined;
      log.info('delivery resumed');
      return;
    }
    const { reason, message, ms } = report;
    const lasting = needsAPerson(reason);
    if (lasting && told?.reason === reason && now() - told.at < TOLD_EVERY_MS) return;
    told = { reason, at: now() };
    log[lasting ? 'error' : 'warn']({ reason, for_ms: ms }, `delivery paused: ${message}`);
  };
}

type ScanReport = Extract<
  Report,
  { what: 'scan_began' | 'scan_page' | 'scan_done' | 'scan_stopped' | 'absent' }
>;

/** A scan that stops for the same reason at each try is logged once, until one finishes. */
function scanLog(log: Logger) {
  let stopped: string | undefined;
  return (report: ScanReport): void => {
    const told = report.what === 'scan_stopped' && report.message === stopped;
    if (report.what === 'scan_stopped') stopped = report.message;
    if (report.what === 'scan_done') stopped = undefined;
    if (!told) logScan(log, report);
  };
}

function logScan(log: Logger, report: ScanReport): void {
  const { scan } = report;
  switch (report.what) {
    case 'scan_began':
      log.info({ run: report.run }, `${scan} ${report.resumed ? 'goes on' : 'begins'}`);
      return;
    case 'scan_page':
      log.debug({ run: report.run, identities: report.identities, puts: report.puts }, `${scan}: a page`);
      return;
    case 'scan_done':
      log.info({ run: report.run, ...report.outcomes }, `${scan} is done`);
      return;
    case 'scan_stopped':
      log.warn(`${scan} stopped, and goes on later: ${report.message}`);
      return;
    case 'absent': {
      const line = { run: report.run, gone: report.gone, links: report.links };
      if (report.left)
        log.warn(
          line,
          `${scan}: more identities are gone from Ory than it may remove by itself; run ory-zoho backfill --prune`,
        );
      else log.info(line, `${scan}: identities are gone from Ory`);
    }
  }
}

function logSettled(log: Logger, report: Extract<Report, { what: 'settled' }>): void {
  const line = {
    identity_id: report.identityId,
    event: report.event,
    outcome: report.outcome,
    ...(report.reason !== null && { reason: report.reason }),
    ...(report.contactId !== null && { contact_id: report.contactId }),
    fields: report.fields,
    ...(report.leftOut.length > 0 && { left_out: report.leftOut }),
    ...(report.incomplete.length > 0 && { incomplete: report.incomplete }),
    latency_ms: report.latencyMs,
  };
  if (report.outcome === 'failed') {
    const { code, field } = report.failure ?? { code: null, field: null };
    log.warn({ ...line, code, field }, 'failed');
    return;
  }
  // A field that was left out or cut is news for the operator, although its contact was written.
  log[report.incomplete.length > 0 ? 'warn' : 'debug'](line, 'settled');
}
