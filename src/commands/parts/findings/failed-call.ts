import { pauseBy } from '../../../model/pause.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import { duration } from '../../terminal/duration.ts';
import { fail, warn } from './finding.ts';
import type { CheckName, Finding } from './finding.ts';

/** A finding for a call that failed as a whole. The pause table has its words and its fix. */
export function failedCall(check: CheckName, failure: CallFailure): Finding {
  if (failure.kind === 'aborted') return fail(check, 'Zoho did not answer in time', pauseBy('network').fix);
  if (!('pause' in failure))
    return fail(check, failure.message, 'Run it again; if it keeps failing, report it.');
  const [what = '', ...advice] = failure.message.split(/(?<=\.) /);
  const wait = failure.waitMs === undefined ? '' : ` (${duration(failure.waitMs / 1000)})`;
  const pause = pauseBy(failure.pause);
  const fix = advice.length > 0 ? advice.join(' ') : `${pause.fix}${wait}`;
  // Zoho's trouble is only a warning: the setup is right, and the next call may work.
  return pause.cause === 'zoho' ? warn(check, what, fix) : fail(check, what, fix);
}
