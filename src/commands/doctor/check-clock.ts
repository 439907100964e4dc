import { ok, fail, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { duration } from '../terminal/duration.ts';

/** The Date header has whole seconds, and the answer takes time to arrive. */
const NOTABLE_S = 30;
/** The difference between Ory's clock and this machine's that reconcile tolerates. */
const MOST_S = 300;

/** Compares our clock with Zoho's. @param skewMs how far Zoho's clock is ahead */
export function checkClock(skewMs: number | undefined): Finding {
  if (skewMs === undefined) return warn('clock', 'no answer of Zoho had a time', 'Fix token first.');
  const offS = Math.abs(skewMs) / 1000;
  if (offS < NOTABLE_S) return ok('clock', "agrees with Zoho's");
  const detail = `this machine is ${duration(offS)} ${skewMs > 0 ? 'behind' : 'ahead of'} Zoho`;
  const fix = 'Synchronize the clock with NTP, for example: timedatectl set-ntp true';
  return offS < MOST_S ? warn('clock', detail, fix) : fail('clock', detail, fix);
}
