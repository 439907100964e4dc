import { ok, fail, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { duration } from '../terminal/duration.ts';

/** The Date header has whole seconds, and the way takes its time. */
const NOTABLE_S = 30;
/** What reconcile allows for between the clocks of Ory and of this machine. */
const MOST_S = 300;

/** Our clock against Zoho's. @param skewMs how far Zoho's is ahead */
export function checkClock(skewMs: number | undefined): Finding {
  if (skewMs === undefined) return warn('clock', 'no answer of Zoho told its time', 'Mend token first.');
  const offS = Math.abs(skewMs) / 1000;
  if (offS < NOTABLE_S) return ok('clock', "agrees with Zoho's");
  const detail = `this machine is ${duration(offS)} ${skewMs > 0 ? 'behind' : 'ahead of'} Zoho`;
  const fix = 'Set the clock by NTP, for example with: timedatectl set-ntp true';
  return offS < MOST_S ? warn('clock', detail, fix) : fail('clock', detail, fix);
}
