import { styleText } from 'node:util';
import { needsAPerson, pauseBy } from '../../model/pause.ts';
import type { Report } from '../../model/report.ts';
import { noteOf } from '../parts/report-notes.ts';
import { stepAgainst } from '../parts/pause-step.ts';
import { reasonWords } from '../parts/reason-words.ts';
import { printable } from '../terminal/printable.ts';
import { print, sayPrintable } from '../terminal/print.ts';
import { actionWord } from './sync-result.ts';
import type { Action, SyncEnd, SyncResult } from './sync-result.ts';
import type { Tally } from './sync-tally.ts';

const COLOURS: { readonly [Name in Action]: 'green' | 'red' | 'yellow' | 'dim' } = {
  created: 'green',
  updated: 'green',
  unchanged: 'dim',
  skipped: 'dim',
  failed: 'red',
  queued: 'yellow',
  not_found: 'red',
  undecided: 'yellow',
};

const WIDTH = 11;

/** Prints one result as a JSON line or as a small block of text. */
export function tell(result: SyncResult, json: boolean): void {
  print(json ? JSON.stringify(result) : block(result));
  if (json) return;
  const verb = result.dry_run === true ? 'is' : 'was';
  for (const [field, value] of Object.entries(result.overwritten ?? {})) {
    sayPrintable(`${result.email ?? result.identity_id}: ${field} ${verb} ${JSON.stringify(value)}`);
  }
}

/**
 * Prints what a waiting user should know. A problem that needs a person ends the wait and is printed with the
 * results.
 */
export function sayReport(report: Report): void {
  if (report.what === 'paused' && needsAPerson(report.reason)) return;
  const note =
    report.what === 'warning' ? `Warning: ${report.identityId}: ${report.warning}` : noteOf(report);
  if (note !== undefined) sayPrintable(note);
}

/**
 * Prints the next steps for what was not delivered.
 * @param end undefined for a dry run
 */
export function sayHints(tally: Tally, end: SyncEnd | undefined): void {
  if (tally.all > 1) sayPrintable(tally.text);
  if (tally.all === 0) sayPrintable('The input has no emails or ids.');
  if (tally.of('not_found') > 0) {
    sayPrintable(
      'Ory finds identities by what they sign in with. If the email is only a trait or an address, give --id UUID. ' +
        'For identities that sign in only through a social login, give --id or <provider>:<subject>.',
    );
  }
  if (tally.of('queued') === 0 || end === undefined) return;
  const { pause, besideServe } = end;
  const step = pause === undefined ? null : stepAgainst(pause.reason);
  if (pause !== undefined && step !== null && !pause.message.includes(step)) sayPrintable(step);
  sayPrintable(nextTry(pause, besideServe));
}

function nextTry(pause: SyncEnd['pause'], besideServe: boolean): string {
  if (pause !== undefined && pauseBy(pause.reason).cause === 'operation') {
    const who = besideServe ? 'serve' : '`ory-zoho serve`, or the same command again,';
    return `${who} sends the queued identities again. They wait until Zoho accepts them; \`ory-zoho status\` shows why.`;
  }
  return besideServe
    ? 'serve delivers the queued identities as soon as it can.'
    : '`ory-zoho serve`, or the same command again, delivers the queued identities.';
}

function block(result: SyncResult): string {
  const { action, email, identity_id, contact_id, fields, left_out, incomplete, link, dry_run } = result;
  const word = styleText(COLOURS[action], actionWord(action).padEnd(WIDTH), { stream: process.stdout });
  const note = dry_run === true ? ' (dry run: nothing was written)' : '';
  const lines = [`${word}${printable(email ?? identity_id ?? '')}${note}`];
  const add = (name: string, value: string) => {
    if (value !== '') lines.push(`${' '.repeat(WIDTH)}${name.padEnd(WIDTH)}${printable(value)}`);
  };
  if (email !== null) add('identity', identity_id ?? '');
  add('contact', contact_id ?? '');
  add('why', why(result));
  add('fields', fields.join(', '));
  add('left out', left_out.join(', '));
  add(
    'cut',
    incomplete
      .filter(({ reason }) => reason === 'cut')
      .map(({ field }) => field)
      .join(', '),
  );
  add('link', link ?? '');
  return lines.join('\n');
}

function why({ reason, message, dry_run }: SyncResult): string {
  if (reason === null || dry_run === true) return message ?? '';
  return `${reason}: ${message ?? reasonWords(reason) ?? ''}`;
}
