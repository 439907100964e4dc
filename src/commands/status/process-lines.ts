/** What `status` shows about processes, their mappings, and scans. */
import { OLDER_MAPPING_STEP, olderMappingText } from '../parts/older-mapping-text.ts';
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { line, outcomesText } from './status-line.ts';
import type { StatusLine } from './status-line.ts';
import type { ScanStatus, StatusReport } from './status-report.ts';

export function processLines({ processes }: StatusReport, now: number): StatusLine[] {
  const lines = processes.map(({ kind, host, pid, started_at }, index) => {
    const age = duration(Math.max(0, now - Date.parse(started_at)) / 1_000);
    return line(index === 0 ? 'Processes' : '', `${kind} on ${printable(host)}, pid ${pid}, for ${age}`);
  });
  if (!processes.some(({ kind }) => kind === 'serve')) {
    lines.push(line('Serve', 'not running: webhooks are not received', 'warn', 'Start `ory-zoho serve`.'));
  }
  if (processes.some(({ same_mapping }) => !same_mapping)) {
    const step = 'Restart the processes that were started before the mapping changed.';
    lines.push(line('Mapping', 'these processes have different mappings', 'warn', step));
  }
  return lines;
}

export function mappingLines({ mapping }: StatusReport): StatusLine[] {
  if (mapping === null) {
    return [line('Mapping', 'cannot be read', 'warn', '`ory-zoho mapping check` says why.')];
  }
  const { older_contacts: contacts, older_skipped: skipped, serve_is_current } = mapping;
  const older = olderMappingText({ contacts, skipped });
  const lines = older === undefined ? [] : [line('Mapping', older, 'warn', OLDER_MAPPING_STEP)];
  if (serve_is_current !== false) return lines;
  const text = 'serve was started with another mapping or ORY_ID_FIELD, and still uses it';
  return [line('Mapping', text, 'warn', 'Restart serve to use the new one.'), ...lines];
}

export function scanLines({ scans }: StatusReport, now: number): StatusLine[] {
  const lines = (['backfill', 'reconcile'] as const).flatMap((kind) => {
    const scan = scans[kind];
    return scan === null ? [] : [line(kind === 'backfill' ? 'Backfill' : 'Reconcile', scanText(scan, now))];
  });
  if (!scans.gap) return lines;
  const text = 'webhooks may have been missed; the next reconcile finds their changes';
  return [...lines, line('Gap', text, 'warn')];
}

function scanText({ state, running, started_at, finished_at, outcomes }: ScanStatus, now: number): string {
  const ago = (time: string) => `${duration(Math.max(0, now - Date.parse(time)) / 1_000)} ago`;
  if (finished_at !== null) return `done ${ago(finished_at)}: ${outcomesText(outcomes)}`;
  const doing = state === 'delivering' ? 'waits for its deliveries' : 'reads from Ory';
  return `${running ? doing : 'interrupted'}, begun ${ago(started_at)}: ${outcomesText(outcomes)}`;
}
