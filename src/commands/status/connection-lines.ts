/** What `status` shows of Zoho, Ory and the store. */
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { line } from './status-line.ts';
import type { StatusLine } from './status-line.ts';
import type { StatusReport } from './status-report.ts';

export function connectionLine({ connection }: StatusReport, now: number): StatusLine {
  const { state, token_expires_at } = connection;
  switch (state) {
    case 'ok':
      return line('Connection', `ok${tokenText(token_expires_at, now)}`);
    case 'dead':
      return line('Connection', 'dead: nothing is delivered', 'bad');
    case 'unknown':
      return line(
        'Connection',
        'not known: Zoho was not called lately',
        'ok',
        'Run `ory-zoho doctor` to test it.',
      );
  }
}

function tokenText(expiresAt: string | null, now: number): string {
  if (expiresAt === null) return '';
  const ms = Date.parse(expiresAt) - now;
  return ms > 0 ? `, access token for another ${duration(ms / 1_000)}` : ', access token expired';
}

export function pauseLine({ paused, connection }: StatusReport, now: number): StatusLine[] {
  if (paused === null) return [];
  const ms = paused.until === null ? 0 : Date.parse(paused.until) - now;
  const again = ms > 0 ? `, next try in ${duration(ms / 1_000)}` : '';
  const tone = connection.state === 'dead' ? 'bad' : 'warn';
  return [line('Paused', `${printable(paused.reason)}${again}`, tone, paused.hint ?? undefined)];
}

export function readsLine({ reads_paused }: StatusReport, now: number): StatusLine[] {
  if (reads_paused === null) return [];
  const { reason, message, until, hint } = reads_paused;
  const ms = Date.parse(until) - now;
  const again = ms > 0 ? ` Next try in ${duration(ms / 1_000)}.` : '';
  return [line('Reads', `paused: ${printable(reason)}. ${printable(message)}${again}`, 'warn', hint)];
}

export function storeLine({ store }: StatusReport, now: number): StatusLine[] {
  if (store === null) return [];
  const { since } = store;
  const lasts = since === null ? '' : `, for ${duration(Math.max(0, now - Date.parse(since)) / 1_000)}`;
  const text = `cannot store webhooks${lasts}: ${printable(store.message)}`;
  return [line('Store', text, 'bad', printable(store.hint))];
}
