import { isPauseReason, pauseBy } from '../../model/pause.ts';

/** The next step when delivery is paused. */
export function stepAgainst(reason: string): string | null {
  return isPauseReason(reason) ? pauseBy(reason).fix : null;
}
