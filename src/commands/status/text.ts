import { styleText } from 'node:util';
import { duration } from '../terminal/duration.ts';
import { OLDER_MAPPING_STEP, olderMappingText } from '../older-mapping-text.ts';
import { printable } from '../printable.ts';
import type { ScanStatus, StatusReport } from './report.ts';

type Tone = 'ok' | 'warn' | 'bad';
/** What is shown of one thing, and what a person does about it. */
interface Line {
  readonly name: string;
  readonly text: string;
  readonly tone: Tone;
  readonly step?: string | undefined;
}

const COLOUR = { warn: 'yellow', bad: 'red' } as const;
const NAME_WIDTH = 'Connection'.length + 2;
/** Deliveries take seconds; rows of this age wait for something. */
const OLD_S = 60;
const DAY_MS = 24 * 60 * 60_000;
const LOST_STEP =
  'The next reconcile finds them; without one, run `ory-zoho backfill`. The cause: docs/webhook.md, "Large traits".';

/** The report for a person. @param now ms since 1970 */
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

function linesOf(report: StatusReport, now: number): Line[] {
  return [
    connectionLine(report, now),
    ...pauseLine(report, now),
    ...readsLine(report, now),
    ...storeLine(report, now),
    outboxLine(report),
    ...waitsLines(report),
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

function line(name: string, text: string, tone: Tone = 'ok', step?: string): Line {
  return { name, text, tone, step };
}

function connectionLine({ connection }: StatusReport, now: number): Line {
  const { state, token_expires_at } = connection;
  switch (state) {
    case 'ok':
      return line('Connection', `ok${tokenText(token_expires_at, now)}`);
    case 'dead':
      return line('Connection', 'dead: nothing is delivered', 'bad');
    case 'unknown':
      return line('Connection', 'not known: Zoho was not called lately', 'ok', '`ory-zoho doctor` tries it.');
  }
}

function tokenText(expiresAt: string | null, now: number): string {
  if (expiresAt === null) return '';
  const ms = Date.parse(expiresAt) - now;
  return ms > 0 ? `, access token for another ${duration(ms / 1_000)}` : ', access token ended';
}

function pauseLine({ paused, connection }: StatusReport, now: number): Line[] {
  if (paused === null) return [];
  const ms = paused.until === null ? 0 : Date.parse(paused.until) - now;
  const again = ms > 0 ? `, tried again in ${duration(ms / 1_000)}` : '';
  const tone = connection.state === 'dead' ? 'bad' : 'warn';
  return [line('Paused', `${printable(paused.reason)}${again}`, tone, paused.hint ?? undefined)];
}

function readsLine({ reads_paused }: StatusReport, now: number): Line[] {
  if (reads_paused === null) return [];
  const { reason, message, until, hint } = reads_paused;
  const ms = Date.parse(until) - now;
  const again = ms > 0 ? ` Tried again in ${duration(ms / 1_000)}.` : '';
  return [line('Reads', `paused: ${printable(reason)}. ${printable(message)}${again}`, 'warn', hint)];
}

function storeLine({ store }: StatusReport, now: number): Line[] {
  if (store === null) return [];
  const { since } = store;
  const lasts = since === null ? '' : `, for ${duration(Math.max(0, now - Date.parse(since)) / 1_000)}`;
  const text = `takes no webhooks${lasts}: ${printable(store.message)}`;
  return [line('Store', text, 'bad', printable(store.hint))];
}

function outboxLine({ outbox, processes, paused, reads_paused }: StatusReport): Line {
  const { due, waiting, leased, oldest_seconds } = outbox;
  if (due + waiting + leased === 0) return line('Outbox', 'empty');
  const parts = [
    `${due} due`,
    ...(leased > 0 ? [`${leased} on the way`] : []),
    ...(waiting > 0 ? [`${waiting} to be tried later`] : []),
  ];
  const text = `${parts.join(', ')}; the oldest for ${duration(oldest_seconds)}`;
  const stuck = oldest_seconds > OLD_S && processes.length > 0 && paused === null && reads_paused === null;
  return line(
    'Outbox',
    text,
    oldest_seconds > OLD_S ? 'warn' : 'ok',
    stuck ? 'See the log of serve.' : undefined,
  );
}

function waitsLines({ waits }: StatusReport): Line[] {
  return waits.map(({ reason, count }) => {
    const who = `${plural(count, 'identity', 'identities')} ${count === 1 ? 'waits' : 'wait'}`;
    const step =
      reason === 'needs_coql'
        ? 'The mapping needs ZohoCRM.coql.READ for newcomers: run `ory-zoho init` to connect again with all scopes.'
        : undefined;
    return line('Waiting', `${who}: ${printable(reason)}`, 'bad', step);
  });
}

function failedLine({ failed }: StatusReport): Line {
  if (failed.length === 0) return line('Failed', 'none');
  const text = failed.map(({ reason, count }) => `${count} ${printable(reason)}`).join(', ');
  return line('Failed', text, 'warn', '`ory-zoho failed list` names them.');
}

function leftOutLine({ left_out }: StatusReport): Line[] {
  if (left_out === 0) return [];
  const text = `${plural(left_out, 'contact', 'contacts')} without a field that Zoho refused`;
  return [line('Left out', text, 'warn', '`ory-zoho failed list --fields` names them.')];
}

/** Old ones that were found are no news. */
function emptyBodiesLine({ empty_bodies }: StatusReport, now: number): Line[] {
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

function deliveriesLine({ deliveries }: StatusReport, now: number): Line {
  if (deliveries.last_at === null) return line('Deliveries', 'none so far');
  const ago = duration(Math.max(0, now - Date.parse(deliveries.last_at)) / 1_000);
  return line('Deliveries', `last ${ago} ago; in 24 hours ${outcomesText(deliveries.last_24h)}`);
}

function creditsText({ credits, connection }: StatusReport): string {
  if (credits.remaining !== null) return `${credits.remaining.toLocaleString('en')} left today`;
  return connection.state === 'ok' ? 'more than half of the day are left' : 'not known';
}

function processLines({ processes }: StatusReport, now: number): Line[] {
  const lines = processes.map(({ kind, host, pid, started_at }, index) => {
    const age = duration(Math.max(0, now - Date.parse(started_at)) / 1_000);
    return line(index === 0 ? 'Processes' : '', `${kind} on ${printable(host)}, pid ${pid}, for ${age}`);
  });
  if (!processes.some(({ kind }) => kind === 'serve')) {
    lines.push(line('Serve', 'not running: no webhook is taken in', 'warn', 'Start `ory-zoho serve`.'));
  }
  if (processes.some(({ same_mapping }) => !same_mapping)) {
    const step = 'Restart those that were started before the mapping changed.';
    lines.push(line('Mapping', 'these processes have different mappings', 'warn', step));
  }
  return lines;
}

function mappingLines({ mapping }: StatusReport): Line[] {
  if (mapping === null) {
    return [line('Mapping', 'cannot be read', 'warn', '`ory-zoho mapping check` says why.')];
  }
  const { older_contacts: contacts, older_skipped: skipped, serve_is_current } = mapping;
  const older = olderMappingText({ contacts, skipped });
  const lines = older === undefined ? [] : [line('Mapping', older, 'warn', OLDER_MAPPING_STEP)];
  if (serve_is_current !== false) return lines;
  const text = 'serve was started with another mapping or ORY_ID_FIELD, and uses that one';
  return [line('Mapping', text, 'warn', 'Restart serve to use the new one.'), ...lines];
}

function scanLines({ scans }: StatusReport, now: number): Line[] {
  const lines = (['backfill', 'reconcile'] as const).flatMap((kind) => {
    const scan = scans[kind];
    return scan === null ? [] : [line(kind === 'backfill' ? 'Backfill' : 'Reconcile', scanText(scan, now))];
  });
  if (!scans.gap) return lines;
  const text = 'webhooks may have been missed: the next reconcile looks for what they told';
  return [...lines, line('Gap', text, 'warn')];
}

function scanText({ state, running, started_at, finished_at, outcomes }: ScanStatus, now: number): string {
  const ago = (time: string) => `${duration(Math.max(0, now - Date.parse(time)) / 1_000)} ago`;
  if (finished_at !== null) return `done ${ago(finished_at)}: ${outcomesText(outcomes)}`;
  const doing = state === 'delivering' ? 'waits for its deliveries' : 'reads from Ory';
  return `${running ? doing : 'interrupted'}, begun ${ago(started_at)}: ${outcomesText(outcomes)}`;
}

function outcomesText(outcomes: { readonly [name: string]: number }): string {
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0);
  if (parts.length === 0) return 'nothing';
  return parts.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
}

function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
