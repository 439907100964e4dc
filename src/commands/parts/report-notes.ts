import type { Report } from '../../model/report.ts';
import { waitingTime } from '../terminal/duration.ts';

/** A note for a user who is watching; undefined if the report needs none. */
export function noteOf(report: Report): string | undefined {
  switch (report.what) {
    case 'scan_began':
      return report.resumed ? 'Resuming where it stopped.' : undefined;
    case 'paused':
      return retryNote('Zoho', report.message, report.ms);
    case 'reads_paused':
      return retryNote('Ory', report.message, report.ms);
    case 'round_failed':
      return report.message;
    default:
      return undefined;
  }
}

/** Says who did not answer or refused, and when the next try is. */
export function retryNote(who: string, message: string, ms: number): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${who}: ${sentence} Trying again in ${waitingTime(ms / 1_000)}.`;
}
