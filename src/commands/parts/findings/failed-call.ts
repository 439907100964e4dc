import { pauseBy } from '../../../model/pause.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';
import { duration } from '../../terminal/duration.ts';
import { fail, warn } from './finding.ts';
import type { CheckName, Finding } from './finding.ts';

/** A call that failed as a whole, as a finding. Our messages say first what happened, then what to do. */
export function failedCall(check: CheckName, failure: CallFailure): Finding {
  if (failure.kind === 'aborted') return fail(check, 'Zoho did not answer in time', pauseBy('network').fix);
  if (!('pause' in failure)) return fail(check, failure.message, 'If it stays, report it.');
  const [what = '', ...advice] = failure.message.split(/(?<=\.) /);
  const wait = failure.waitMs === undefined ? '' : ` (${duration(failure.waitMs / 1000)})`;
  const pause = pauseBy(failure.pause);
  const fix = advice.length > 0 ? advice.join(' ') : `${pause.fix}${wait}`;
  // No fault of the setup: Zoho is there, and may answer the next time.
  return pause.cause === 'zoho' ? warn(check, what, fix) : fail(check, what, fix);
}
