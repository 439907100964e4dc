import type { Report } from '../../model/report.ts';
import { waitingTime } from '../terminal/duration.ts';

/** What somebody who watches should know at once; undefined: nothing. */
export function noteOf(report: Report): string | undefined {
  switch (report.what) {
    case 'scan_began':
      return report.resumed ? 'Going on where it stopped.' : undefined;
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

/** Whose answer did not come or said no, and when it is asked again. */
export function retryNote(who: string, message: string, ms: number): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${who}: ${sentence} Trying again in ${waitingTime(ms / 1_000)}.`;
}
