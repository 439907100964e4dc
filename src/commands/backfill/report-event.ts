import type { Report } from '../../model/report.ts';

/** The line of `--json` for a report; undefined if it has none. */
export function eventOf(report: Report): object | undefined {
  switch (report.what) {
    case 'scan_began':
      return { event: 'began', run: report.run, resumed: report.resumed };
    case 'scan_page':
      return { event: 'page', run: report.run, identities: report.identities, puts: report.puts };
    case 'paused':
      return { event: 'paused', who: 'zoho', reason: report.reason, message: report.message, ms: report.ms };
    case 'reads_paused':
      return { event: 'paused', who: 'ory', reason: report.reason, message: report.message, ms: report.ms };
    default:
      return undefined;
  }
}
