import { styleText } from 'node:util';
import { needsAPerson } from '../../model/pause.ts';
import type { Report } from '../../model/report.ts';
import { noteOf } from '../backfill/tell.ts';
import { printable } from '../printable.ts';
import { stepAgainst } from '../status/connection.ts';
import { actionWord } from './result.ts';
import type { Action, SyncResult } from './result.ts';
import type { SyncEnd } from './run.ts';
import type { Tally } from './tally.ts';

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

/** What is said of reasons that are nobody's fault; those of failures come with a message. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['no_email', 'it has no email, and no ORY_ID_FIELD is set to find a contact by'],
  ['when', '`when` of the mapping excludes it'],
  ['erased', 'it was erased; `ory-zoho erase <id> --lift` lets it in again'],
  ['deleted', 'it was deleted in Ory'],
  ['contact_deleted', 'its contact was deleted in Zoho, and the mapping says `recreate: false`'],
  ['needs_full_webhook', '`when` of the mapping asks for what is not known of it'],
]);

/** One result: a JSON line, or a small block for a person. */
export function tell(result: SyncResult, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(result) : block(result)}\n`);
  if (json) return;
  const verb = result.dry_run === true ? 'is' : 'was';
  for (const [field, value] of Object.entries(result.overwritten ?? {})) {
    say(`${result.email ?? result.identity_id}: ${field} ${verb} ${JSON.stringify(value)}`);
  }
}

/** Hints and troubles. */
export function say(message: string): void {
  process.stderr.write(`${printable(message)}\n`);
}

/** What somebody who waits should know. What needs a person ends the wait, and is told with the results. */
export function sayReport(report: Report): void {
  if (report.what === 'paused' && needsAPerson(report.reason)) return;
  const note =
    report.what === 'warning' ? `Warning: ${report.identityId}: ${report.warning}` : noteOf(report);
  if (note !== undefined) say(note);
}

/**
 * What a person does about what was not delivered.
 * @param end undefined: of a dry run
 */
export function sayHints(tally: Tally, end: SyncEnd | undefined): void {
  if (tally.all > 1) say(tally.text);
  if (tally.all === 0) say('Nobody is named there.');
  if (tally.of('not_found') > 0) {
    say(
      'Ory finds identities by what they sign in with: whose email is only a trait or an address is named by --id UUID; ' +
        'who signs in through a social login alone is found by <provider>:<subject>, or by --id.',
    );
  }
  if (tally.of('queued') === 0 || end === undefined) return;
  const { pause, besideServe } = end;
  const step = pause === undefined ? null : stepAgainst(pause.reason);
  if (pause !== undefined && step !== null && !pause.message.includes(step)) say(step);
  say(
    besideServe
      ? 'What is queued is delivered by serve as soon as it can.'
      : 'What is queued is delivered by `ory-zoho serve`, or by the same command again.',
  );
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
  return `${reason}: ${message ?? REASONS.get(reason) ?? ''}`;
}
