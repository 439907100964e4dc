import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Reporter } from '../model/report.ts';

/** Metrics of backfills and reconciles. @returns a function that counts a report in them */
export function scanMetrics(registers: Registry[]): Reporter {
  const scans = new Counter({
    name: 'ory_zoho_scans_total',
    help: 'Scans begun, resumed, done, and stopped before their end.',
    labelNames: ['scan', 'state'],
    registers,
  });
  scans.inc({ scan: 'reconcile', state: 'stopped' }, 0);
  const scanned = new Counter({
    name: 'ory_zoho_scanned_identities_total',
    help: 'Identities read by scans, by whether something may have to be delivered.',
    labelNames: ['scan', 'found'],
    registers,
  });
  const doneAt = new Gauge({
    name: 'ory_zoho_scan_done_timestamp_seconds',
    help: 'When a scan last finished, since this process started.',
    labelNames: ['scan'],
    registers,
  });
  const gone = new Gauge({
    name: 'ory_zoho_gone_identities',
    help: 'Linked identities gone from Ory that the last reconcile did not remove: run ory-zoho backfill --prune.',
    registers,
  });
  return (one) => {
    if (one.what === 'scan_began') {
      scans.inc({ scan: one.scan, state: one.resumed ? 'resumed' : 'begun' });
      gone.set(0);
    }
    if (one.what === 'scan_page') {
      scanned.inc({ scan: one.scan, found: 'changed' }, one.puts);
      scanned.inc({ scan: one.scan, found: 'unchanged' }, one.identities - one.puts);
    }
    if (one.what === 'scan_done') {
      scans.inc({ scan: one.scan, state: 'done' });
      doneAt.setToCurrentTime({ scan: one.scan });
    }
    if (one.what === 'scan_stopped') scans.inc({ scan: one.scan, state: 'stopped' });
    if (one.what === 'absent' && one.left) gone.set(one.gone);
  };
}
