import { lookUpWait } from '../../model/look-up-wait.ts';
import { styleText } from 'node:util';
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { connectionLine, pauseLine, readsLine, storeLine } from './connection-lines.ts';
import { mappingLines, processLines, scanLines } from './process-lines.ts';
import { line, outcomesText, plural } from './status-line.ts';
import type { StatusLine } from './status-line.ts';
import type { StatusReport } from './status-report.ts';

const COLOUR = { warn: 'yellow', bad: 'red' } as const;
const NAME_WIDTH = 'Connection'.length + 2;
/** Deliveries take seconds, so rows of this age are stuck. */
const OLD_S = 60;
const DAY_MS = 24 * 60 * 60_000;
const LOST_STEP =
  'The next reconcile finds them; without reconcile, run `ory-zoho backfill`. For the cause see docs/webhook.md, "Large traits".';

const REFUSED_STEP =
  'Zoho is asked again. A record that is locked or in approval waits until it is released, for up to 7 days. If Zoho refuses only one record and writes others, that one fails and `ory-zoho failed list` names it.';

/** The report as text. @param now ms since 1970 */
export function statusText(report: StatusReport, now: number): string {
  return linesOf(report, now)
    .map(({ name, text, tone, step }) => {
      const shown = tone === 'ok' ? text : styleText(COLOUR[tone], text, { stream: process.stdout });
      const line = `${name.padEnd(NAME_WIDTH)}${shown}\n`;
      if (step === undefined) return line;
      return `${line}${' '.repeat(NAME_WIDTH)}${styleText('dim', `-> ${step}`, { stream: process.stdout })}\n`;
    })
    .join('');
}

function linesOf(report: StatusReport, now: number): StatusLine[] {
  return [
    connectionLine(report, now),
    ...pauseLine(report, now),
    ...readsLine(report, now),
    ...storeLine(report, now),
    outboxLine(report),
    ...waitsLines(report),
    ...refusedLines(report),
    failedLine(report),
    ...leftOutLine(report),
    ...emptyBodiesLine(report, now),
    deliveriesLine(report, now),
    line('Linked', plural(report.linked, 'identity', 'identities')),
    line('Credits', creditsText(report)),
    ...processLines(report, now),
    ...mappingLines(report),
    ...scanLines(report, now),
  ];
}

function outboxLine({ outbox, processes, paused, reads_paused }: StatusReport): StatusLine {
  const { due, waiting, leased, oldest_seconds } = outbox;
  if (due + waiting + leased === 0) return line('Outbox', 'empty');
  const parts = [
    `${due} due`,
    ...(leased > 0 ? [`${leased} being delivered`] : []),
    ...(waiting > 0 ? [`${waiting} to be retried later`] : []),
  ];
  const text = `${parts.join(', ')}; the oldest for ${duration(oldest_seconds)}`;
  const stuck = oldest_seconds > OLD_S && processes.length > 0 && paused === null && reads_paused === null;
  return line(
    'Outbox',
    text,
    oldest_seconds > OLD_S ? 'warn' : 'ok',
    stuck ? 'Check the log of serve.' : undefined,
  );
}

function waitsLines({ waits }: StatusReport): StatusLine[] {
  return waits.map(({ reason, count }) => {
    const who = `${plural(count, 'identity', 'identities')} ${count === 1 ? 'waits' : 'wait'}`;
    const known = lookUpWait(reason);
    const why = known === undefined ? '' : ` (${known.cause})`;
    return line('Waiting', `${who}: ${printable(reason)}${why}`, 'bad', known?.fix);
  });
}

function refusedLines({ refused }: StatusReport): StatusLine[] {
  return refused.map(({ reason, count, message }) => {
    const who = `${plural(count, 'identity', 'identities')} ${count === 1 ? 'waits' : 'wait'}`;
    const text = `${who}, because Zoho answered ${printable(reason)}: ${printable(message)}`;
    return line('Refused', text, 'warn', REFUSED_STEP);
  });
}

function failedLine({ failed }: StatusReport): StatusLine {
  if (failed.length === 0) return line('Failed', 'none');
  const text = failed.map(({ reason, count }) => `${count} ${printable(reason)}`).join(', ');
  return line('Failed', text, 'warn', '`ory-zoho failed list` names them.');
}

function leftOutLine({ left_out }: StatusReport): StatusLine[] {
  if (left_out === 0) return [];
  const text = `${plural(left_out, 'contact', 'contacts')} without a field that Zoho refused`;
  return [line('Left out', text, 'warn', '`ory-zoho failed list --fields` names them.')];
}

/** Old ones that a scan has made up for are not shown. */
function emptyBodiesLine({ empty_bodies }: StatusReport, now: number): StatusLine[] {
  const { count, last_at, unhealed } = empty_bodies;
  if (last_at === null) return [];
  const agoMs = Math.max(0, now - Date.parse(last_at));
  if (!unhealed && agoMs > DAY_MS) return [];
  const came = `${plural(count, 'webhook', 'webhooks')} without a body, the last ${duration(agoMs / 1_000)} ago`;
  return [
    unhealed
      ? line('Lost', `${came}: events of some identities are lost`, 'warn', LOST_STEP)
      : line('Lost', `${came}; a scan has read all identities since`),
  ];
}

function deliveriesLine({ deliveries }: StatusReport, now: number): StatusLine {
  if (deliveries.last_at === null) return line('Deliveries', 'none so far');
  const ago = duration(Math.max(0, now - Date.parse(deliveries.last_at)) / 1_000);
  return line('Deliveries', `last ${ago} ago; in 24 hours ${outcomesText(deliveries.last_24h)}`);
}

function creditsText({ credits, connection }: StatusReport): string {
  if (credits.remaining !== null) return `${credits.remaining.toLocaleString('en')} left today`;
  return connection.state === 'ok' ? 'more than half of the day is left' : 'not known';
}
